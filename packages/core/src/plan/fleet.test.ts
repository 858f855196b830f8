// Rules that hold for any fleet of consumers, however odd.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Access, Cadence, Consumer, PathClass, Reload } from '../consumer.ts'
import { cycleMs, isRare } from '../consumer.ts'
import { aConsumer, aCredential, fixtureNowMs, someAbilities } from '../fixtures.ts'
import { policyFor } from '../policy-defaults.ts'
import { dayMs, hourMs, minuteMs } from '../time.ts'
import { showMs } from './pace.ts'
import type { Model, Wave } from './plan.ts'
import { type PlanRequest, plan } from './planner.ts'

const request = (consumers: Consumer[], wish?: Model): PlanRequest => ({
  credential: aCredential(),
  consumers,
  abilities: someAbilities(),
  policy: policyFor(aCredential()),
  nowMs: fixtureNowMs,
  trigger: { why: 'time' },
  firstVersion: false,
  ...(wish ? { wish } : {}),
})
const wavesOf = (consumers: Consumer[]) => plan(request(consumers, 'waves')).waves
const who = (list: readonly Wave[]) => list.map(wave => wave.consumers)
const restart: Reload = { how: 'restart', documented: true }

const reloads: fc.Arbitrary<Reload> = fc.constantFrom<Reload>(
  { how: 'every-use' },
  { how: 'ttl', ttlMs: 5 * minuteMs },
  { how: 'ttl', ttlMs: 3 * hourMs },
  { how: 'signal' },
  restart,
  { how: 'each-launch' },
  { how: 'by-hand', documented: false },
  { how: 'unknown' },
)
const cadences: fc.Arbitrary<Cadence> = fc.constantFrom<Cadence>(
  { how: 'continuous' },
  { how: 'every', everyMs: 10 * minuteMs },
  { how: 'every', everyMs: dayMs },
  { how: 'on-demand' },
)

/** Any fleet, with parents that exist, are missing, or go round in a circle. */
const fleets: fc.Arbitrary<Consumer[]> = fc
  .array(
    fc.record({
      reload: reloads,
      cadence: cadences,
      pathClass: fc.constantFrom<PathClass>('primary', 'background', 'exception'),
      critical: fc.boolean(),
      cacheMs: fc.constantFrom(0, minuteMs, 20 * minuteMs),
      sessionMs: fc.constantFrom(0, hourMs, 3 * dayMs),
      horizonMs: fc.constantFrom(0, hourMs, 2 * dayMs),
      access: fc.oneof(
        fc.constant<Access>({ how: 'direct' }),
        fc.integer({ min: 0, max: 30 }).map<Access>(at => ({ how: 'indirect', through: `c${at}` })),
      ),
    }),
    { maxLength: 30 },
  )
  .map(list => list.map((over, at) => aConsumer({ id: `c${at}`, ...over })))

test('waves hold every consumer exactly once, parents before children, whatever the fleet and its order', () => {
  fc.assert(
    fc.property(fleets, fleet => {
      const list = wavesOf(fleet)
      assert.deepEqual(who(wavesOf([...fleet].reverse())), who(list))
      const order = list.flatMap(wave => wave.consumers)
      assert.deepEqual([...order].sort(), fleet.map(consumer => consumer.id).sort())
      const at = new Map(order.map((id, index) => [id, index]))
      const known = new Map(fleet.map(consumer => [consumer.id, consumer]))
      for (const consumer of fleet) {
        if (consumer.access.how === 'direct' || !known.has(consumer.access.through)) continue
        if (goesRound(consumer, known)) continue
        assert.ok(at.get(consumer.access.through)! < at.get(consumer.id)!)
      }
    }),
  )
})

test('no direct consumer of the everyday moves after a rare one, and the first wave has no one slower than a lighter one left out', () => {
  fc.assert(
    fc.property(fleets, fleet => {
      const direct = fleet.filter(consumer => consumer.access.how === 'direct')
      const order = wavesOf(direct)
      const known = new Map(direct.map(consumer => [consumer.id, consumer]))
      const all = order.flatMap(wave => wave.consumers).map(id => known.get(id)!)
      const firstRare = all.findIndex(isRare)
      if (firstRare >= 0) assert.ok(all.slice(firstRare).every(isRare))
      for (const early of (order[0]?.consumers ?? []).map(id => known.get(id)!)) {
        if (!early.critical || isRare(early)) continue
        for (const late of all.slice(order[0]!.consumers.length)) {
          assert.ok(late.critical || isRare(late) || showMs(late) >= showMs(early))
        }
      }
    }),
  )
})

function goesRound(start: Consumer, known: ReadonlyMap<string, Consumer>): boolean {
  const seen = new Set<string>()
  let at: Consumer | undefined = start
  while (at?.access.how === 'indirect') {
    if (seen.has(at.id)) return true
    seen.add(at.id)
    at = known.get(at.access.through)
  }
  return false
}

test('for any fleet: the overlap holds every bound, the deadline comes after it, and the watch covers every cycle', () => {
  fc.assert(
    fc.property(fleets, fleet => {
      const { windows, reasons } = plan(request(fleet, 'dual'))
      const overlapMs = windows.overlapMs ?? 0
      assert.ok(overlapMs >= 15 * minuteMs)
      for (const consumer of fleet) {
        const ttlMs = consumer.reload.how === 'ttl' ? consumer.reload.ttlMs : 0
        const everyMs = consumer.cadence.how === 'every' ? consumer.cadence.everyMs : 0
        assert.ok(overlapMs >= 2 * Math.max(ttlMs, consumer.cacheMs))
        assert.ok(overlapMs >= everyMs && overlapMs >= consumer.horizonMs)
        assert.ok(windows.watchMs >= cycleMs(consumer))
      }
      assert.ok(windows.deadlineMs > overlapMs && windows.freshMs >= windows.deadlineMs)
      const told = reasons.some(reason => reason.code.startsWith('overlap-'))
      assert.ok(overlapMs <= 4 * hourMs || told)
    }),
  )
})

test('the same facts in any order give the same plan, with codes that do not repeat among gaps', () => {
  fc.assert(
    fc.property(fleets, fleet => {
      const made = plan(request(fleet))
      assert.deepEqual(plan(request([...fleet].reverse())), made)
      assert.equal(new Set(made.gaps.map(gap => gap.code)).size, made.gaps.length)
      assert.equal(made.owed.length, fleet.length)
      assert.deepEqual(JSON.parse(JSON.stringify(made)), made)
    }),
  )
})
