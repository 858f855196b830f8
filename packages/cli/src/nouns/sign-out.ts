// rekey sign-out: the session ends there, and is forgotten here.
import { connectionOf } from '../plane/connection.ts'
import { ProblemFailure } from '../plane/problem.ts'
import { forgetSession, readSession } from '../plane/session-file.ts'
import { line } from '../show/blocks.ts'
import { quiet } from '../show/words.ts'
import { verb } from '../verb.ts'

export const signOut = verb({
  name: 'sign-out',
  summary: 'end the session, there and here',
  text: 'An API token that was given with --api-token is forgotten, and stays good:\nrekey token revoke ends it.',
  async run(call) {
    const { environment } = call.io
    const session = readSession(environment)
    if (session === null) {
      call.show({ ok: true }, () => [line('Nobody was signed in.')])
      return 0
    }
    // Of what the environment says, nothing counts here: this is about the session that is kept.
    const kept = connectionOf({ ...environment, REKEY_URL: session.url, REKEY_TOKEN: undefined })
    if (session.is === 'session') await ended(call.planeAs(kept))
    forgetSession(environment)
    call.show({ ok: true }, () => [
      line(`${session.person} is signed out of ${new URL(session.url).host}.`),
      ...(session.is === 'token' ? [line(quiet('The API token itself is still good.'))] : []),
    ])
    return 0
  },
})

/** One that has ended already is what was wanted. */
async function ended(plane: { ask(operation: 'session.signOut'): Promise<unknown> }): Promise<void> {
  try {
    await plane.ask('session.signOut')
  } catch (error) {
    if (!(error instanceof ProblemFailure && error.status === 401)) throw error
  }
}
