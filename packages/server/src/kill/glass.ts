// What is at hand for breaking glass whatever the store does: the codes, and the orders that went out and wait for the record.
import type { Actor } from '@rekey/core'
import type { Keep, Kept } from '../access/kept.ts'
import type { Plane } from '../api/plane.ts'
import type { Feed } from '../feed/feed.ts'
import { givenOf } from './break-glass.ts'
import { kill } from './kill.ts'
import type { Spool, Spooled } from './spool.ts'

export interface Glass {
  codes(): ReadonlyMap<string, Kept['glass']>
  /** Kept on the disk, then told to everybody who is connected. */
  give(spooled: Spooled): void
  start(plane: Plane): { stop(): Promise<void> }
}

const everyMs = 1_000

export interface GlassParts {
  keep: Keep
  feed: Feed
  spool: Spool
  tell: (spooled: Spooled) => void
  trouble: (error: unknown) => void
}

export async function glassOf({ keep, feed, spool, tell, trouble }: GlassParts): Promise<Glass> {
  let codes = new Map<string, Kept['glass']>()
  const load = async () => {
    codes = new Map((await keep.all('glass')).map(({ id, record }) => [id, record]))
  }
  feed.listen(events => {
    if (events.some(one => one.stream.startsWith('glass/'))) load().catch(trouble)
  })
  await load()
  for (const one of spool.all()) tell(one)
  return {
    codes: () => codes,
    give(spooled) {
      spool.add(spooled)
      tell(spooled)
    },
    start(plane) {
      let doing: Promise<void> | null = null
      const look = () => {
        if (spool.all().length === 0) return
        doing ??= record(plane, spool)
          .catch(trouble)
          .finally(() => {
            doing = null
          })
      }
      const timer = setInterval(look, everyMs)
      timer.unref()
      look()
      return {
        async stop() {
          clearInterval(timer)
          await doing
        },
      }
    },
  }
}

/** Into the record, as soon as it can be written: from there on it is a kill like any other. */
async function record(plane: Plane, spool: Spool): Promise<void> {
  for (const one of spool.all()) {
    const by: Actor = { kind: 'system', id: `break-glass-${one.code}` }
    const given = givenOf(one)
    for (const { credential, version } of one.orders) {
      const scope = { of: 'version', credential, version } as const
      const cause = { why: 'break-glass', code: one.code } as const
      // Each on its own: of some the version may be gone meanwhile.
      await kill(plane, { scope, reason: one.reason, by, cause, given })
    }
    spool.drop(one.kill)
  }
}
