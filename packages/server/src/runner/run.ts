// One rotation, as far as it goes without waiting: ask the machine what is next, decide, append, act, record. A crash
// between any two lines leaves a recorded intent, and the next run resolves it.
import {
  type Command,
  canGoBack,
  type GateName,
  gates,
  isOverridden,
  isUnderway,
  judgeEveryMs,
  type Next,
  next,
  owedBy,
  owedOf,
  type PatternName,
  patterns,
  policyFor,
  type RotationEvent,
  revocationDue,
  stageOf,
  stepOf,
  usedWhileWatched,
} from '@rekey/core'
import type { Claimed, Write } from '@rekey/store'
import { type Ground, runner } from '../ground.ts'
import { act, freshSecret, type Resolve } from './act.ts'
import { attempt, isFresh, type Outcome } from './commit.ts'
import { compromisedOf, type Gathered, gather } from './gather.ts'
import { whyKilled } from './killed.ts'
import { clearOrphans } from './orphans.ts'
import { credentialSubject, dueMs, rotationSubject } from './rows.ts'
import { pollUsage } from './usage.ts'

/** Works on a claimed rotation until it waits, ends, or the lease is lost. */
export async function run(ground: Ground, rotation: string, claim: Claimed): Promise<void> {
  let lease = claim
  /** The key of an effect that this very run intended: nothing can have come of it before we call. */
  let intendedHere: string | null = null
  /** How the last step left it; null: it has to be read. */
  let left: Gathered | null = null
  for (let taken = 0; taken < ground.limits.steps; taken++) {
    if (ground.nowMs() + ground.limits.callMs >= lease.untilMs) {
      lease = { ...lease, untilMs: ground.nowMs() + ground.limits.leaseMs }
      if (!(await ground.store.renew(lease, lease.untilMs))) return
    }
    if (ground.doubt() !== null) return
    const isLeft: boolean = left !== null && isFresh(ground, left)
    const gathered: Gathered | null = isLeft ? left : await gather(ground, rotation)
    left = null
    if (gathered === null) return
    const nowMs = ground.nowMs()
    if (isLeft && !needsNoEvidence.has(next(gathered.state, nowMs).do)) continue
    const joined = await joinLate(ground, gathered, lease)
    if (joined !== null && 'leaseLost' in joined) return
    if (joined !== null && !('refusals' in joined)) continue
    const revoked = await revokeKilled(ground, gathered, lease)
    if (revoked !== null && 'leaseLost' in revoked) return
    // What is refused (a call is under way) is asked again once that is resolved.
    if (revoked !== null && !('refusals' in revoked)) continue
    const asked = next(gathered.state, nowMs)
    if (asked.do === 'nothing' || gathered.fenced) {
      if (await rest(ground, gathered, lease)) return
      continue
    }
    if (asked.do === 'resolve') {
      // Whoever does it reports it, and that wakes the rotation; until then there is only the deadline to look after.
      if (asked.byHand) {
        if (await rest(ground, gathered, lease, nowMs + judgeEveryMs)) return
        continue
      }
      const fresh = asked.key === intendedHere
      const recorded = await resolve(ground, gathered, asked, lease, fresh)
      if (recorded !== null && 'leaseLost' in recorded) return
      intendedHere = null
      left = recorded?.ok ? recorded.after : null
      continue
    }
    const outcome: Outcome | null =
      asked.do === 'intend'
        ? await intend(ground, gathered, lease)
        : await judge(ground, gathered, asked.do, lease)
    if (outcome === null) {
      if (await rest(ground, gathered, lease)) return
      continue
    }
    if (outcome.ok) {
      intendedHere = intendedKey(outcome.events)
      left = outcome.after
      continue
    }
    if ('leaseLost' in outcome) return
    if ('overtaken' in outcome) continue
    // A time that is not to be believed is not written down as a due time either.
    if (ground.doubt() !== null) return
    // It was killed while the evidence was read.
    if (outcome.refusals.some(one => one.code === 'killed-first')) continue
    if (await rest(ground, gathered, lease, nowMs + judgeEveryMs)) return
  }
}

/** What goes on from where the last step left it; everything else looks at who has said what meanwhile. */
const needsNoEvidence = new Set<Next['do']>(['intend', 'resolve', 'wait', 'nothing'])

async function intend(ground: Ground, gathered: Gathered, lease: Claimed): Promise<Outcome> {
  const provider = ground.providers.get(gathered.credential.record.provider)
  const isMint = isUnderway(gathered.state) && stepOf(gathered.state).do === 'mint'
  if (isMint) await clearOrphans(ground, gathered.credential.id, lease.untilMs)
  const extra = (events: readonly RotationEvent[]): Write[] => {
    const event = events.find(one => one.type === 'effectIntended')
    if (event?.verb !== 'mint' || provider?.abilities.secretFrom !== 'us') return []
    // A mint that is tried again under its key keeps the value that was sealed the first time.
    if (gathered.versions.some(one => one.number === event.version)) return []
    const row = ground.vault.seal(gathered.credential.id, event.version, freshSecret(ground, provider))
    return [{ put: 'sealed', row }]
  }
  return attempt(ground, gathered, { do: 'intend' }, runner, lease, extra)
}

/** What came of recording the call's outcome; null: nothing was called. */
async function resolve(
  ground: Ground,
  gathered: Gathered,
  asked: Resolve,
  lease: Claimed,
  fresh: boolean,
): Promise<Outcome | null> {
  const acted = await act(ground, gathered, asked, fresh && firstTry(gathered), lease.untilMs)
  if (acted === null) return null
  const { outcome, sealed } = acted
  ground.journal.called?.(gathered.row.id, asked.verb, asked.side, outcome.is)
  const command: Command = { do: 'record', key: asked.key, outcome }
  const extra = (): Write[] => (sealed === null ? [] : [{ put: 'sealed', row: sealed }])
  const recorded = await attempt(ground, gathered, command, runner, lease, extra)
  if (!('overtaken' in recorded)) return recorded
  // Somebody changed the rotation meanwhile (a hold, an override). What was done is true all the same.
  const again = await gather(ground, gathered.row.id)
  return again === null ? recorded : attempt(ground, again, command, runner, lease, extra)
}

function firstTry({ state }: Gathered): boolean {
  if (!isUnderway(state) || state.progress.step.kind !== 'effect') return false
  return state.progress.step.effect.attempts === 0
}

type Asked = Exclude<Next['do'], 'intend' | 'resolve' | 'nothing'>

/** null: there is nothing to do but to wait. Whoever is refused while its wave settles is not waited for. */
async function judge(
  ground: Ground,
  before: Gathered,
  asked: Asked,
  lease: Claimed,
): Promise<Outcome | null> {
  const gathered = await withUsage(ground, before, asked, lease.untilMs)
  const reaction = react(gathered, ground.nowMs())
  if (reaction !== null) return attempt(ground, gathered, reaction, runner, lease)
  return asked === 'wait'
    ? null
    : attempt(ground, gathered, commandFor(asked, gathered, ground), runner, lease)
}

function commandFor(asked: Exclude<Asked, 'wait'>, { state, ledger }: Gathered, ground: Ground): Command {
  if (asked === 'retry') return { do: 'retry', reason: 'what stopped it may have passed' }
  if (asked !== 'judge') return { do: asked }
  if (!isUnderway(state) || ledger === null) return { do: 'retire' }
  const step = stepOf(state)
  if (step.do === 'watch') return { do: 'passWatch' }
  const nowMs = ground.nowMs()
  const results = gates(state, ledger, stageOf(state), nowMs)
  ground.journal.gates?.(state.id, results)
  return { do: 'retire' }
}

/** What the machine does by itself when something is wrong among the consumers. */
function react({ state, ledger }: Gathered, nowMs: number): Command | null {
  if (ledger === null || state.phase !== 'running') return null
  const step = stepOf(state)
  if (step.do === 'watch') {
    const used = usedWhileWatched(state, ledger)
    if (used !== null) return { do: 'reinstate', because: `${used.name} reached for the disabled version` }
  }
  const isForward = state.progress.ending === 'completed' && state.turnedBecause === null
  if (!isForward || state.plan.order !== 'prove-first' || (step.do !== 'move' && step.do !== 'observe'))
    return null
  const hard = patterns(state, ledger, nowMs).find(({ name, consumer }) => {
    const gate = stopping[name]
    // Whoever people restricted, or vouched for by name, is theirs; it must not stop the others again and again.
    return gate !== undefined && !state.restricted.includes(consumer) && !isOverridden(state, gate, consumer)
  })
  if (hard === undefined) return null
  const why = `${hard.name}: ${hard.text}`
  // Where the old version is gone there is no way back, and it is stopped all the same.
  return state.plan.onFailure === 'roll-back' && canGoBack(state)
    ? { do: 'rollBack', reason: why }
    : { do: 'contain', cause: why }
}

/** What stops a rotation by itself, and the gate that asks about the same. */
const stopping: Partial<Record<PatternName, GateName>> = {
  'immediate-hard-failure': 'freshSuccess',
  'split-brain': 'truth',
}

/** Evidence from the target itself is read just before it is judged. */
async function withUsage(
  ground: Ground,
  gathered: Gathered,
  asked: Asked,
  leaseUntilMs: number,
): Promise<Gathered> {
  if (asked !== 'judge' && asked !== 'settle' && asked !== 'passWatch') return gathered
  const askedMs = ground.nowMs()
  const heard = await pollUsage(ground, gathered, leaseUntilMs)
  // While the target was asked, others may have spoken.
  const isSame = !heard && ground.nowMs() === askedMs
  return isSame ? gathered : ((await gather(ground, gathered.row.id)) ?? gathered)
}

/** A consumer that was registered or claimed after the plan was fixed owes evidence like every other. null: there is none. */
async function joinLate(ground: Ground, gathered: Gathered, lease: Claimed): Promise<Outcome | null> {
  const { state, consumers, credential } = gathered
  if (!isUnderway(state)) return null
  const known = new Set(owedOf(state).map(owed => owed.consumer))
  const late = consumers.filter(consumer => !known.has(consumer.id))
  if (late.length === 0) return null
  const policy = policyFor(credential.record, credential.record.policy)
  const owed = owedBy(consumers, state.plan.abilities, policy).find(one => one.consumer === late[0]!.id)
  if (owed === undefined) return null
  return attempt(ground, gathered, { do: 'join', owed }, runner, lease)
}

/** A kill order names a version of this rotation: whatever it is about to do, that one dies first. null: there is none. */
async function revokeKilled(ground: Ground, gathered: Gathered, lease: Claimed): Promise<Outcome | null> {
  const { state } = gathered
  const due = revocationDue(state, compromisedOf(gathered))
  if (due.length === 0) return null
  const reason = await whyKilled(ground, state.credential, due[0]!)
  // What has not begun makes way: the tick opens the one that revokes first.
  const command: Command =
    state.phase === 'planned' ? { do: 'abort', reason } : { do: 'revokeNow', versions: due, reason }
  return attempt(ground, gathered, command, runner, lease)
}

/** false: its credential has changed since it was read. A kill has made it due at once, and that must not be put off. */
async function rest(ground: Ground, gathered: Gathered, lease: Claimed, atMs?: number): Promise<boolean> {
  const dueAtMs = atMs ?? dueMs(gathered.state, ground.nowMs())
  const subject = rotationSubject(gathered.row.id)
  const again = gathered.fenced ? ground.nowMs() + judgeEveryMs : dueAtMs
  const { id, seq } = gathered.credential
  const committed = await ground.store.commit({
    fence: lease,
    appends: [{ stream: credentialSubject(id), expected: seq, events: [] }],
    writes: [{ put: 'due', subject, atMs: again }],
  })
  return committed.ok || committed.why === 'lost-lease'
}

function intendedKey(events: readonly RotationEvent[]): string | null {
  const event = events.find(one => one.type === 'effectIntended')
  return event?.key ?? null
}
