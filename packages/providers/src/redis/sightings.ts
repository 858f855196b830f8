// Who is connected as which user, and who was refused as one: read from CLIENT LIST and ACL LOG.
// https://redis.io/docs/latest/commands/client-list/ https://redis.io/docs/latest/commands/acl-log/
import { connectedNow, usageOn } from '../nodes.ts'
import type { Context, Sighting, Usage } from '../provider.ts'
import { placeOf } from './answers.ts'
import { type Ask, asAdmin, settingsOf } from './node.ts'
import { pairs } from './user.ts'

/**
 * How our probe spells the command AUTH. Redis keeps the command of a refused login as it was spelt, and folds logins into one
 * entry that were refused in the same minute under the same spelling. So ours are known, and never hide a consumer's.
 */
export const ourAuth = 'AuTH'

/** More than ACL LOG holds, unless it was told to hold more. */
const mostRefusals = '1000'

export interface Client {
  id: string
  user: string
  seenAs: string | null
}

export const clientsOf = async (ask: Ask): Promise<Client[]> =>
  String(await ask('CLIENT', 'LIST'))
    .split('\n')
    .filter(line => line !== '')
    .map(clientIn)

export function clientIn(line: string): Client {
  const fields = new Map(
    line
      .trim()
      .split(' ')
      .map(one => {
        const at = one.indexOf('=')
        return [one.slice(0, at), one.slice(at + 1)] as const
      }),
  )
  // An address without its port, which is another for each connection.
  const address = (fields.get('addr') ?? '').replace(/:\d+$/, '')
  const seenAs = fields.get('name') || address
  return { id: fields.get('id') ?? '', user: fields.get('user') ?? '', seenAs: seenAs === '' ? null : seenAs }
}

/** Logins that were refused, ours left out. */
export function refusalsIn(answer: unknown, nowMs: number): Sighting[] {
  return (Array.isArray(answer) ? answer : []).flatMap(entry => {
    const fields = pairs(entry)
    if (fields.get('reason') !== 'auth' || fields.get('object') === ourAuth) return []
    const ageMs = Math.round(Number(fields.get('age-seconds')) * 1_000)
    const { seenAs } = clientIn(String(fields.get('client-info') ?? ''))
    const handle = String(fields.get('username'))
    return [{ handle, seenAs, instance: null, outcome: 'auth-failure', atMs: nowMs - ageMs }]
  })
}

export const usageOf = (context: Context, handles: readonly string[], sinceMs: number): Promise<Usage> =>
  usageOn(context, settingsOf(context).nodes, placeOf, async (node, asOfMs, gap) => {
    gap(
      `of refused logins ${placeOf(node)} keeps the latest only (acllog-max-len), and of several in one minute the last address`,
    )
    const [clients, log] = await asAdmin(context, node, async ask => [
      await clientsOf(ask),
      await ask('ACL', 'LOG', mostRefusals),
    ])
    const now = clients.map(({ user, seenAs }) => connectedNow(user, seenAs, asOfMs))
    return [...now, ...refusalsIn(log, asOfMs)].filter(
      one => handles.includes(one.handle) && one.atMs >= sinceMs,
    )
  })
