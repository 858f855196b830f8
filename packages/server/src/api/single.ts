// Records of which there is one for the whole control plane: each is shown with a tag of what it says, and whoever replaces what they have
// not seen is told so.
import type { AccessEvent, SignalEvent } from '@rekey/core'
import type { Route } from '@rekey/wire'
import type { Kept } from '../access/kept.ts'
import { type Call, contentTag, isSeen, matches } from '../http/call.ts'
import { stale } from './inventory.ts'
import type { Plane } from './plane.ts'

interface Single<K extends keyof Kept> {
  kind: K
  id: string
  /** What counts while nobody has said anything. */
  usual: Kept[K]
}
type Asked = Pick<Call<Route>, 'request' | 'reply'>

/** null: the caller has seen just this, and that was the whole answer. */
export async function shownSingle<K extends keyof Kept>(
  { keep }: Plane,
  call: Asked,
  { kind, id, usual }: Single<K>,
): Promise<Kept[K] | null> {
  const record = (await keep.get(kind, id)) ?? usual
  return isSeen(call, contentTag(record)) ? null : record
}

export async function replaceSingle<K extends keyof Kept>(
  { keep }: Plane,
  call: Asked,
  { kind, id, usual }: Single<K>,
  record: Kept[K],
  event: AccessEvent | SignalEvent,
): Promise<void> {
  await keep.set(kind, id, before => {
    if (matches(call, contentTag(before ?? usual)) === false) throw stale()
    return { record, event }
  })
  call.reply.header('etag', `"${contentTag(record)}"`)
}
