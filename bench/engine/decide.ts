// How long the core thinks: one command on a rotation with 500 consumers, from the command to the next state. It is what
// every request and every turn of the clock pays, so it must stay far below what one read from a store costs.
import { performance } from 'node:perf_hooks'
import {
  type Command,
  decide,
  evolve,
  type Facts,
  foldInto,
  isUnderway,
  ledger,
  type Underway,
} from '@rekey/core'
import { standingAt } from '../../packages/core/src/rotation/fixture-states.ts'
import { fork, stepName, turn, type Walk } from '../../packages/core/src/rotation/fixture-walk.ts'
import {
  anOwed,
  ledgerFacts,
  type PlanWishes,
  provedEntry,
  provedLedger,
  theClock,
  worked,
} from '../../packages/core/src/rotation/fixtures.ts'
import { demand, lower, type Measured, median, round, spread } from './figure.ts'

const limitUs = 20
const consumers = 500
const waves = 5
const missing = 5
const perBatch = 200

interface Case {
  name: string
  command: Command
  walk: Walk
  facts: Facts
  /** What must come of it; a bench of the wrong answer is none. */
  ok: boolean
}

export async function deciding(batches: number): Promise<Measured> {
  const cases = [...retirements(), moving(), recording()]
  const measured = Object.fromEntries(cases.map(one => [one.name, ofDecide(one, batches)]))
  const worst = Math.max(...Object.values(measured).map(one => one.median))
  const detail = {
    consumers,
    ...measured,
    retireOnAnEarlierLedger: ofEarlier(batches),
    fold: ofFold(batches),
    gatherLedger: ofLedger(batches),
  }
  return { figures: [lower('decide', worst, 'µs', limitUs, detail)], notRun: [] }
}

function wishes(): PlanWishes {
  const owed = Array.from({ length: consumers }, (_, n) => anOwed({ consumer: `worker-${n}` }))
  const size = consumers / waves
  const names = owed.map(one => one.consumer)
  return {
    model: 'waves',
    owed,
    waves: Array.from({ length: waves }, (_, n) => names.slice(n * size, (n + 1) * size)),
  }
}

const factsAt = (walk: Walk, known: Facts['ledger']): Facts => ({
  nowMs: walk.nowMs,
  by: theClock,
  key: 'op-bench',
  ledger: known,
  baseline: { uses: 100, authFailures: 0 },
  fenced: false,
})

/** Everything is proved; and the same with a handful of consumers of whom nothing was ever heard. */
function retirements(): Case[] {
  const walk = standingAt('running observe', wishes())
  const { state } = walk
  demand(isUnderway(state), 'the rotation is over')
  walk.nowMs = state.progress.enteredMs + state.plan.windows.observeMs + 1
  const entries = state.plan.owed.slice(missing).map(owed => provedEntry(state, owed, walk.nowMs))
  const lacking = ledger(ledgerFacts(state, { entries, basis: state }), walk.nowMs)
  const command = { do: 'retire' } as const
  return [
    { name: 'retireRefused', command, walk, facts: factsAt(walk, lacking), ok: false },
    {
      name: 'retireAccepted',
      command,
      walk,
      facts: factsAt(walk, provedLedger(state, walk.nowMs)),
      ok: true,
    },
  ]
}

/** The third of five waves. */
function moving(): Case {
  const walk = standingAt('running move', wishes())
  for (let turns = 0; turns < 100; turns++) {
    const { state } = walk
    demand(isUnderway(state), 'the rotation is over')
    const moved = Object.values(state.assignments).filter(one => one.side === 'new').length
    if (stepName(state) === 'running move' && moved === (2 * consumers) / waves) break
    turn(walk)
  }
  const { state } = walk
  demand(isUnderway(state) && stepName(state) === 'running move', 'it does not stand before the third wave')
  const facts = factsAt(walk, provedLedger(state, walk.nowMs))
  return { name: 'move', command: { do: 'move' }, walk, facts, ok: true }
}

/** The target has answered that the old version is disabled. */
function recording(): Case {
  const walk = fork(standingAt('running disable old intended', wishes()))
  const { state } = walk
  demand(isUnderway(state), 'the rotation is over')
  const { step } = state.progress
  demand(step.kind === 'effect' && step.effect.is === 'intended', 'nothing is intended')
  const command: Command = { do: 'record', key: step.effect.key, outcome: { is: 'done' } }
  return { name: 'record', command, walk, facts: factsAt(walk, provedLedger(state, walk.nowMs)), ok: true }
}

function ofDecide({ name, command, walk, facts, ok }: Case, batches: number) {
  const { state } = walk
  return timed(batches, () => {
    const decision = decide(state, command, facts)
    if (decision.ok !== ok) throw new Error(`${name} was answered otherwise: ${JSON.stringify(decision)}`)
    let next = state
    if (decision.ok) for (const event of decision.events) next = evolve(next, event)
    return next
  })
}

/** A ledger that was gathered for another state is compared consumer by consumer. The server never has one; who does, pays. */
function ofEarlier(batches: number) {
  const given = retirements()[1]!
  const { walk } = given
  demand(isUnderway(walk.state), 'the rotation is over')
  const entries = walk.state.plan.owed.map(owed => provedEntry(walk.state as Underway, owed, walk.nowMs))
  const facts = factsAt(walk, ledger(ledgerFacts(walk.state, { entries }), walk.nowMs))
  return ofDecide({ ...given, facts }, batches)
}

function ofFold(batches: number) {
  const { walk, facts } = retirements()[0]!
  let known = facts.ledger!
  let n = 0
  return timed(batches, () => {
    n++
    const said = worked({ consumer: `worker-${(n * 7) % consumers}`, atMs: walk.nowMs })
    known = foldInto(known, said, walk.nowMs)
    return known
  })
}

/** What the server pays before it asks: a ledger is made anew from the rows each time. */
function ofLedger(batches: number) {
  const { state, nowMs } = retirements()[0]!.walk
  demand(isUnderway(state), 'the rotation is over')
  const entries = state.plan.owed.map(owed => provedEntry(state, owed, nowMs))
  const facts = ledgerFacts(state, { entries })
  return timed(Math.ceil(batches / 10), () => ledger(facts, nowMs), 20)
}

function timed(batches: number, once: () => unknown, size = perBatch) {
  const us: number[] = []
  let kept: unknown
  for (let n = 0; n < batches * 1.25; n++) {
    const startMs = performance.now()
    for (let i = 0; i < size; i++) kept = once()
    // The first fifth is the compiler's.
    if (n >= batches * 0.25) us.push(((performance.now() - startMs) * 1_000) / size)
  }
  demand(kept !== undefined, 'nothing was computed')
  return { ...spread(us), median: round(median(us)) }
}
