// rekey whoami: as whom the control plane sees this command.
import { exitCodes, Failure } from '../exit.ts'
import type { Connection } from '../plane/connection.ts'
import { fields } from '../show/blocks.ts'
import { view } from '../view.ts'
import { rolesText } from '../views/person.ts'

export const whoami = view({
  name: 'whoami',
  summary: 'who is signed in, where, and with which roles',
  async read(call) {
    if (call.plane.connection.token === null) {
      throw new Failure(
        exitCodes.notAllowed,
        `Nobody is signed in at ${call.plane.url.host}.`,
        'Type: rekey sign-in',
      )
    }
    return call.ask('session.get')
  },
  blocks({ person }, call) {
    const { connection, url } = call.plane
    return [
      fields([
        ['person', person.name === person.id ? person.id : `${person.name} (${person.id})`],
        ['roles', rolesText(person.roles)],
        ['at', url.href.replace(/\/$/, '')],
        ['by', by(connection, ms => call.times().both(ms))],
      ]),
    ]
  },
})

function by({ from, session }: Connection, both: (ms: number) => string): string {
  if (from === 'environment') return 'REKEY_TOKEN'
  if (session?.is === 'token') return 'an API token that was kept here'
  return session?.expiresMs == null ? 'a session' : `a session, until ${both(session.expiresMs)}`
}
