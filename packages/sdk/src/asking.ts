// Asking the control plane which version to use, and for its value.
import type { AssignedValue } from '@rekey/wire'
import { killedError, RekeyError } from './error.ts'
import type { OrderKeeper } from './orders/keeper.ts'
import type { Plane } from './plane.ts'

export interface Question {
  credential: string
  /** null: the only one that this agent is bound to. */
  consumer: string | null
  /** What happened up to there has to be in the answer. */
  since: number
  etag: string | null
}

/** null: what was answered last still holds. A version that is dead is an error, whoever assigns it. */
export async function askValue(
  plane: Plane,
  orders: Pick<OrderKeeper, 'ready' | 'isDenied'>,
  { credential, consumer, since, etag }: Question,
): Promise<{ value: AssignedValue; etag: string | null } | null> {
  await orders.ready()
  const query = new URLSearchParams()
  if (consumer !== null) query.set('consumer', consumer)
  if (since > 0) query.set('since', String(since))
  const path = `/agent/credentials/${encodeURIComponent(credential)}${query.size > 0 ? `?${query}` : ''}`
  const answered = await plane.ask({ path, ...(etag !== null && { headers: { 'if-none-match': etag } }) })
  if (answered.status === 304 && etag !== null) return null
  const value = answered.body as AssignedValue | null
  if (
    typeof value?.value === 'string' &&
    Number.isSafeInteger(value.version) &&
    Array.isArray(value.accepted)
  ) {
    // A control plane that was restored from a backup may not know of the order any more.
    if (orders.isDenied(credential, value.version)) throw killedError(credential, value.version)
    return { value, etag: answered.etag }
  }
  const text = 'What answers there is no control plane.'
  throw new RekeyError('control-plane-away', text, 'Look whether REKEY_URL is right.')
}
