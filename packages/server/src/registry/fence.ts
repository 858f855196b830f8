// The fence of a restored store. Its record may be behind the world: nothing is done to any target until a named person,
// who has compared the two, says so. That, too, is an event; and from it on the log goes by another name, because the old
// name may have signed what this store no longer knows of.
import type { Actor } from '@rekey/core'
import { append } from '../append.ts'
import type { Ground } from '../ground.ts'
import { stored } from '../runner/rows.ts'
import { originName } from '../sealing/key.ts'

export type Lifted = { ok: true } | { ok: false; text: string; how: string }

const stream = 'store'
const restored = /\/restored-[^/]*$/

export async function liftFence(ground: Ground, reason: string, by: Actor): Promise<Lifted> {
  if (by.kind !== 'person')
    return { ok: false, text: 'lifting the fence is for a person', how: 'ask as a person' }
  if (reason.trim() === '')
    return { ok: false, text: 'a reason is needed', how: 'say how the record was compared' }
  if ((await ground.store.meta('fenced')) === null) {
    return { ok: false, text: 'the store is not fenced', how: 'nothing to do' }
  }
  const event = stored({ type: 'fenceLifted', reason, atMs: ground.nowMs(), by })
  const committed = await append(ground.store, stream, [event])
  if (!committed) return { ok: false, text: 'somebody else was faster', how: 'look again' }
  const origin = (await ground.store.meta(originName)) ?? ''
  const day = new Date(ground.nowMs()).toISOString().replaceAll(/[:.]/g, '-')
  await ground.store.setMeta(originName, `${origin.replace(restored, '')}/restored-${day}`)
  await ground.store.setMeta('fenced', null)
  return { ok: true }
}
