// What a tick costs must not depend on how many credentials there are, only on how many are due: 100 in both stores.
import { performance } from 'node:perf_hooks'
import { type Ground, tick } from '@rekey/server'
import type { Store, Write } from '@rekey/store'
import { demand, type Figure, lower, median, round, spread } from './figure.ts'
import { benchNowMs, groundOn } from './ground.ts'
import { dueAtOnce, dueIn, farMs } from './population.ts'

const limit = 1.3

export interface Ticking {
  /** Makes the next 100 due, ticks, checks that 100 rotations were opened; answers what the tick took. */
  next(): Promise<number>
}

/** `firstTick`: which of the prepared credentials to begin with, where another has ticked on this store before. */
export async function ticking(store: Store, size: number, firstTick = 0): Promise<Ticking> {
  const opened: string[] = []
  const ground = await groundOn(store, rotation => opened.push(rotation))
  let at = firstTick
  return {
    async next() {
      const credentials = dueIn(size, at++)
      await makeDue(ground, credentials, opened.splice(0))
      const beganMs = performance.now()
      const { claimed, failed } = await tick(ground)
      const tookMs = performance.now() - beganMs
      demand(claimed === dueAtOnce && failed === 0, `${claimed} claimed, ${failed} failed`)
      await checkOpened(store, credentials, opened)
      return tookMs
    },
  }
}

/** The rotations of the last tick would be due now: they are put off, so that each tick has the same work. */
async function makeDue(ground: Ground, credentials: string[], rotations: string[]): Promise<void> {
  const writes: Write[] = [
    ...credentials.map(
      (id, at): Write => ({
        put: 'due',
        subject: `credential/${id}`,
        atMs: benchNowMs - dueAtOnce + at,
      }),
    ),
    ...rotations.map((id): Write => ({ put: 'due', subject: `rotation/${id}`, atMs: farMs })),
  ]
  const committed = await ground.store.commit({ fence: null, appends: [], writes })
  demand(committed.ok, 'the credentials could not be made due')
}

async function checkOpened(store: Store, credentials: string[], opened: readonly string[]): Promise<void> {
  demand(opened.length === dueAtOnce, `${opened.length} rotations were opened`)
  const rows = await Promise.all(credentials.map(id => store.credential(id)))
  const rotations = await Promise.all(rows.map(row => store.rotation(row?.openRotation ?? '')))
  const known = new Set(opened)
  const found = rotations.filter(row => row !== null && row.state.plan.owed.length === 3 && known.has(row.id))
  demand(found.length === dueAtOnce, `${found.length} of ${dueAtOnce} rotations are in the store`)
}

export interface Stores {
  few: { store: Store; size: number }
  many: { store: Store; size: number }
}

export async function tickRatio(
  engine: string,
  { few, many }: Stores,
  pairs: number,
  firstTick = 0,
): Promise<Figure> {
  const small = await ticking(few.store, few.size, firstTick)
  const large = await ticking(many.store, many.size, firstTick)
  const tookMs: { few: number; many: number }[] = []
  for (let pair = 0; pair < pairs + warmUp; pair++) {
    const one = { few: await small.next(), many: await large.next() }
    if (pair >= warmUp) tookMs.push(one)
  }
  const ofFew = median(tookMs.map(one => one.few))
  const ofMany = median(tookMs.map(one => one.many))
  return lower(`tick.${engine}`, ofMany / ofFew, 'ratio', limit, {
    due: dueAtOnce,
    credentials: [few.size, many.size],
    pairs,
    medianMs: [round(ofFew), round(ofMany)],
    rotationsPerSecond: Math.round((dueAtOnce * 1_000) / ofMany),
    pairwise: spread(tookMs.map(one => one.many / one.few)),
  })
}

const warmUp = 3
export const ticksOf = (pairs: number) => pairs + warmUp
