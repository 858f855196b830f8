// Who is connected as which user, and who was refused as one: read from CLIENT LIST and ACL LOG.
// https://redis.io/docs/latest/commands/client-list/ https://redis.io/docs/latest/commands/acl-log/
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

export async function usageOf(context: Context, handles: readonly string[], sinceMs: number): Promise<Usage> {
  const asOfMs = context.nowMs()
  const found = new Map<string, Sighting>()
  const gaps = [
    'sessions that began and ended between two looks are not seen',
    'of refused logins Redis keeps the latest only (acllog-max-len), and of several in one minute the last address',
  ]
  let last: unknown = null
  let reached = 0
  for (const node of settingsOf(context).nodes) {
    try {
      for (const one of await asAdmin(context, node, ask => seenBy(ask, asOfMs))) {
        if (!handles.includes(one.handle) || one.atMs < sinceMs) continue
        const key = JSON.stringify([one.handle, one.seenAs, one.outcome])
        if ((found.get(key)?.atMs ?? Number.NEGATIVE_INFINITY) < one.atMs) found.set(key, one)
      }
      reached++
    } catch (error) {
      last = error
      gaps.push(`${placeOf(node)} could not be asked: ${(error as Error).message}`)
    }
  }
  if (reached === 0) throw last
  return { sightings: [...found.values()], asOfMs, covered: null, gaps }
}

async function seenBy(ask: Ask, nowMs: number): Promise<Sighting[]> {
  const clients = await clientsOf(ask)
  const refusals = refusalsIn(await ask('ACL', 'LOG', mostRefusals), nowMs)
  return [
    ...clients.map(({ user, seenAs }) => ({
      handle: user,
      seenAs,
      instance: null,
      outcome: 'success' as const,
      atMs: nowMs,
    })),
    ...refusals,
  ]
}
