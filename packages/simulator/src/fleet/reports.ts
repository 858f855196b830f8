// What the fleet says reaches the control plane as reports do: mostly at once; now and then late, twice, out of order, never;
// and now and then somebody says what is not theirs to say.
import type { Observation, Source, Statement } from '@rekey/core'
import { hourMs, minuteMs, secondMs } from '@rekey/core'
import { takeIn } from '@rekey/server'
import { asked, isStormy, violate, type World } from '../world.ts'
import { isCutOff, type Member } from './member.ts'

export interface Reports {
  say(
    member: Member,
    instance: string | null,
    version: number | null,
    statement: Statement,
    by?: 'person',
  ): void
  /** Sends what was said since the last time. */
  send(): Promise<void>
}

const collector = 'sdk/fleet'
const attester = 'person/owner'

export function reportsOf(world: World): Reports {
  const { dice, timeline } = world
  const skewMs = dice.between('report.skew', -60, 60) * secondMs
  const source = (id: string, kind: Source['kind']): Source => ({
    id,
    kind,
    get speaksFor() {
      return world.members.map(member => member.truth.id)
    },
    lagMs: 0,
    complete: true,
    revoked: false,
  })
  const sources = { sdk: source(collector, 'sdk'), person: source(attester, 'person') }
  let waiting: { observation: Observation; member: Member; by: 'sdk' | 'person' }[] = []
  let batches = 0

  const deliver = async (by: 'sdk' | 'person', id: string, observations: readonly Observation[]) =>
    (await asked(world, ground => takeIn(ground, sources[by], id, observations))) !== null

  return {
    say(member, instance, version, statement, by) {
      const { observability } = member.truth
      if (by === undefined && (observability === 'none' || observability === 'provider')) return
      if (by === undefined && isSilenced(member, timeline.nowMs())) return
      // Whoever reports through an old library does not know with which version it worked.
      const isLost =
        by === undefined &&
        statement.says === 'used' &&
        isStormy(world) &&
        dice.strikes('report.version-lost', 0.004)
      const observation: Observation = {
        credential: world.credential.id,
        consumer: member.consumer === null ? null : member.truth.id,
        seenAs: member.consumer === null ? `unknown:${member.truth.id}` : null,
        instance,
        version: isLost ? null : version,
        statement,
        atMs: timeline.nowMs() + (by === undefined ? skewMs : 0),
        source: by === undefined ? collector : attester,
      }
      waiting.push({ observation, member, by: by ?? 'sdk' })
    },

    async send() {
      // A collector sends what it has gathered when its time has come.
      if (!dice.happens('report.sends', 0.75)) return
      const nowMs = timeline.nowMs()
      const sent = waiting
      waiting = []
      for (const by of ['person', 'sdk'] as const) {
        const batch = sent.filter(one => one.by === by).map(one => one.observation)
        if (by === 'sdk') batch.push(...coverage(world, nowMs, skewMs))
        if (batch.length === 0) continue
        const id = `${by}-${++batches}`
        const strikes = (fault: string, chance: number) =>
          isStormy(world) && dice.strikes(`report.${fault}`, chance)
        if (strikes('lost', 0.02)) {
          gap(world)
          continue
        }
        if (strikes('late', 0.02)) {
          gap(world)
          timeline.at(nowMs + dice.between('report.delay', 10, 600) * minuteMs, () => {
            deliver(by, id, batch).catch(() =>
              violate(world, 'surprise', 'a late report was answered with an error'),
            )
          })
          continue
        }
        if (strikes('reordered', 0.02)) batch.reverse()
        const taken = await deliver(by, id, batch)
        // Nobody said that it was taken in: it is sent again under its number, until somebody does.
        if (!taken && !(await deliver(by, id, batch))) gap(world)
        if (strikes('twice', 0.03)) await deliver(by, id, batch)
        if (strikes('forged', 0.03)) await forge(world, batch)
        if (strikes('sampled', 0.01)) await sample(world)
      }
    },
  }
}

/** "I have seen every use since then": said only of those whose reports have no gap. */
function coverage(world: World, nowMs: number, skewMs: number): Observation[] {
  return world.members.flatMap(member => {
    if (member.consumer === null || member.truth.observability !== 'sdk') return []
    if (isSilenced(member, nowMs)) return []
    member.heardSinceMs ??= nowMs
    const statement = { says: 'covered', fromMs: member.heardSinceMs + skewMs } as const
    return [
      {
        credential: world.credential.id,
        consumer: member.truth.id,
        seenAs: null,
        instance: null,
        version: null,
        statement,
        atMs: nowMs + skewMs,
        source: collector,
      },
    ]
  })
}

/** Cut off, nothing of it is heard, and so nothing is promised of it. */
function isSilenced(member: Member, nowMs: number): boolean {
  if (!isCutOff(member, nowMs)) return false
  member.heardSinceMs = null
  return true
}

/** Something was not heard: from now on they can promise only what comes. */
function gap(world: World): void {
  for (const member of world.members) member.heardSinceMs = null
}

/** One request in a hundred is looked at, and nothing was seen: that proves nothing. */
async function sample(world: World): Promise<void> {
  const speaksFor = world.members.map(({ truth }) => truth.id)
  const id = 'telemetry/sampled'
  const source: Source = { id, kind: 'telemetry', speaksFor, lagMs: 0, complete: false, revoked: false }
  const atMs = world.timeline.nowMs()
  const base = { credential: world.credential.id, seenAs: null, instance: null, version: null }
  const statement = { says: 'covered', fromMs: atMs - 100 * hourMs } as const
  const said = speaksFor.map(consumer => ({ ...base, consumer, statement, atMs, source: id }))
  const taken = await asked(world, ground => takeIn(ground, source, `sampled-${atMs}`, said))
  if (taken !== null && taken.folded > 0)
    violate(world, 'forged', 'the silence of a source that does not see everything was taken for proof')
}

/** None of it may count: another's consumer, a version that never was, the future, a source that is not complete. */
async function forge(world: World, batch: readonly Observation[]): Promise<void> {
  const [first] = batch
  if (first === undefined) return
  const source: Source = {
    id: 'webhook/stranger',
    kind: 'webhook',
    speaksFor: ['nobody'],
    lagMs: 0,
    complete: false,
    revoked: world.dice.happens('report.revoked', 0.3),
  }
  const last = world.recorded.versions().at(-1)?.number ?? 1
  const nowMs = world.timeline.nowMs()
  const used = { says: 'used', outcome: 'success', lane: null, path: 'usual' } as const
  const forged: Observation[] = world.members.flatMap(({ truth }) => {
    const base = { ...first, consumer: truth.id, seenAs: null, source: source.id, atMs: nowMs }
    return [
      { ...base, version: last, statement: used },
      { ...base, version: last + 5, statement: used },
      { ...base, version: last, statement: used, atMs: nowMs + hourMs },
      { ...base, version: null, statement: { says: 'covered', fromMs: nowMs - 100 * hourMs } },
      { ...base, version: last, statement: { says: 'present' } },
    ]
  })
  const taken = await asked(world, ground => takeIn(ground, source, `forged-${nowMs}`, forged))
  if (taken !== null && taken.folded > 0)
    violate(world, 'forged', `${taken.folded} forged observations were believed`)
}
