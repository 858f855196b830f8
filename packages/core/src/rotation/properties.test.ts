import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type VersionState, versionInto } from '../credential.ts'
import { gateNames } from '../gates/missing.ts'
import { emptyEntry, fold } from '../ledger/entry.ts'
import { type Ledger, ledger } from '../ledger/ledger.ts'
import { minuteMs } from '../time.ts'
import type { Command, EffectOutcome } from './command.ts'
import { replay } from './evolve.ts'
import { kinds } from './fixture-states.ts'
import { answer, ask, aWalk, turn, type Walk } from './fixture-walk.ts'
import { anOwed, ledgerFacts, provedLedger, seen, theClock, worked } from './fixtures.ts'
import { held, isUnderway, owedOf, type Phase, type Rotation, type Underway } from './state.ts'

type Deed =
  | { turn: EffectOutcome['is'] | 'truth' | 'truth, unheard'; ledger: 'proved' | 'partly' | 'empty' }
  | { ask: Command; person: boolean }
  | { wait: number }

const text = fc.constantFrom('r', 'because', '')
const who = fc.constantFrom('web', 'jobs', 'late', 'nobody')
const side = fc.constantFrom('old' as const, 'new' as const)
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ do: fc.constantFrom('hold' as const), reason: text }),
  fc.record({ do: fc.constantFrom('retry' as const, 'rollBack' as const, 'abort' as const), reason: text }),
  fc.record({ do: fc.constant('revokeNow' as const), reason: text }),
  fc.record({
    do: fc.constant('revokeNow' as const),
    reason: text,
    versions: fc.subarray([7, 8, 9], { minLength: 1 }),
  }),
  fc.record({ do: fc.constant('contain' as const), cause: text }),
  fc.record({ do: fc.constant('reinstate' as const), because: text }),
  fc.record({ do: fc.constantFrom('restrict' as const, 'lift' as const), consumer: who, reason: text }),
  fc.record({ do: fc.constant('moveConsumer' as const), consumer: who, to: side, reason: text }),
  fc.record({
    do: fc.constant('override' as const),
    gate: fc.constantFrom(...gateNames),
    consumer: fc.option(who),
    reason: text,
  }),
  fc.constant({ do: 'join', owed: anOwed({ consumer: 'late' }) } as const),
  fc.constantFrom(
    ...(['release', 'resume', 'retire', 'passWatch', 'settle', 'move', 'alarm', 'escalate'] as const).map(
      name => ({ do: name }) as Command,
    ),
  ),
)
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      turn: fc.oneof(
        { weight: 8, arbitrary: fc.constant('truth' as const) },
        {
          weight: 2,
          arbitrary: fc.constantFrom(
            'truth, unheard',
            'lost',
            'ambiguous',
            'unreachable',
            'failed',
            'refused',
          ),
        },
      ) as fc.Arbitrary<'truth'>,
      ledger: fc.oneof(
        { weight: 4, arbitrary: fc.constant('proved' as const) },
        { weight: 1, arbitrary: fc.constantFrom('partly' as const, 'empty' as const) },
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ ask: command, person: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ wait: fc.integer({ min: 0, max: 90 }) }) },
)

const problem = { code: 'unreachable', text: 'no answer' }

function carryOut(walk: Walk, one: Deed): void {
  if ('wait' in one) {
    walk.nowMs += one.wait * minuteMs
    return
  }
  if ('ask' in one) {
    ask(walk, one.ask, one.person ? {} : { by: theClock })
    return
  }
  turn(walk, {
    by: { kind: 'person', id: `p-${walk.events.length % 3}` },
    ledger: (state, nowMs) => ledgerOf(one.ledger, state, nowMs),
    outcome: (asked, now) => {
      switch (one.turn) {
        case 'truth':
          return undefined
        case 'truth, unheard':
          answer(now, asked)
          return { is: 'ambiguous', problem }
        case 'lost':
          return asked.verb === 'mint' ? { is: 'lost', handle: 'h' } : undefined
        case 'refused':
          return asked.verb === 'probe' ? { is: 'refused' } : undefined
        case 'failed':
          return { is: 'failed', problem, permanent: now.events.length % 4 === 0 }
        default:
          return { is: one.turn as 'ambiguous', problem }
      }
    },
  })
}

function ledgerOf(which: 'proved' | 'partly' | 'empty', state: Underway, nowMs: number): Ledger {
  if (which === 'proved') return provedLedger(state, nowMs)
  const entries = owedOf(state).map(({ consumer }) => {
    const entry = emptyEntry('cred-doc', consumer)
    if (which === 'empty') return entry
    const late = seen({ says: 'present' }, { consumer, instance: 'x', version: 7, atMs: nowMs })
    return fold(fold(entry, worked({ consumer, atMs: nowMs })), late)
  })
  return ledger(ledgerFacts(state, { entries }), nowMs)
}

/** The fields that belong to one phase alone. */
const own: Record<Phase, readonly string[]> = {
  planned: [],
  running: [],
  held: ['by', 'reason', 'sinceMs'],
  contained: ['cause', 'sinceMs'],
  stuck: ['problem', 'sinceMs'],
  ended: ['ending', 'because', 'endedMs'],
}
const allOwn = new Set(Object.values(own).flat())

function watch(walk: Walk): { steps: number } {
  const counted = { steps: 0 }
  let decided = false
  let returning = false
  walk.onEvent = (before, event, after) => {
    counted.steps++
    const where = `${event.type} in ${before.phase}`
    if (event.type === 'retirementDecided') decided = event.leaving === 'old'
    if (event.type === 'versionReinstated') decided = false
    if (event.type === 'courseChanged') {
      returning = event.to !== 'completed'
      decided = event.to === 'completed'
    }
    const ends = event.type === 'effectIntended' && event.side === 'old'
    if (ends && (event.verb === 'disable' || event.verb === 'destroy')) {
      const revokes = walk.state.plan.order === 'revoke-first'
      assert.ok(revokes || (decided && !returning), `${event.verb} of the old version was not decided`)
    }
    if (event.type === 'waveMoved' || event.type === 'consumerMoved') {
      assert.ok(isUnderway(before) && held(before, event.to)?.life === 'active', where)
    }
    if (event.type === 'consumerJoined' && isUnderway(after)) {
      const given = after.assignments[event.owed.consumer]
      assert.ok(given === undefined || held(after, given.side)?.life === 'active', where)
    }
    checkLives(before, after, where)
    assert.ok(after.lastVersion >= before.lastVersion, where)
    const present = Object.keys(after).filter(field => allOwn.has(field))
    assert.deepEqual(present.sort(), [...own[after.phase]].sort(), where)
    assert.deepEqual(JSON.parse(JSON.stringify(after)), after, `${where}: it is stored as JSON`)
  }
  return counted
}

/** Each version goes through its life as the life cycle allows, and its number is never given to another value. */
function checkLives(before: Rotation, after: Rotation, where: string): void {
  for (const which of ['old', 'new'] as const) {
    const [was, is] = [before, after].map(state =>
      which === 'old' ? state.old : 'new' in state ? state.new : null,
    )
    if (!was || !is) continue
    if (was.version !== is.version) {
      assert.ok(is.version > was.version, `${where}: number ${is.version} after ${was.version}`)
      assert.ok(
        was.life !== 'active' && was.life !== 'pre-active',
        `${where}: ${was.life} version is forgotten`,
      )
    } else {
      const version = { number: was.version, state: was.life as VersionState } as Parameters<
        typeof versionInto
      >[0]
      versionInto(version, is.life, 0)
    }
  }
}

const wishes = fc.constantFrom(...Object.keys(kinds))

test('whatever is asked and whatever happens, the rules of the machine hold', () => {
  let steps = 0
  const endings = new Set<string>()
  const phasesSeen = new Set<Phase>()
  fc.assert(
    fc.property(wishes, fc.array(deed, { minLength: 20, maxLength: 120 }), (kind, deeds) => {
      const walk = aWalk(kinds[kind])
      const counted = watch(walk)
      for (const one of deeds) {
        carryOut(walk, one)
        phasesSeen.add(walk.state.phase)
      }
      assert.deepEqual(replay(walk.events), walk.state, 'replaying the events gives the same state')
      steps += counted.steps
      if (walk.state.phase === 'ended') endings.add(walk.state.ending)
    }),
    { numRuns: 400, seed: 20250301 },
  )
  assert.ok(steps > 5_000, `only ${steps} steps were checked`)
  assert.deepEqual([...endings].sort(), ['aborted', 'completed', 'rolled-back'])
  assert.equal(phasesSeen.size, 6)
})
