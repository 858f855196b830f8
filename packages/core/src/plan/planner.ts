// Makes the plan of a rotation from facts (2). Deterministic: the same facts in any order give the same plan.
import type { Abilities } from '../abilities.ts'
import type { Consumer } from '../consumer.ts'
import type { Credential } from '../credential.ts'
import type { Policy, Trigger } from '../policy.ts'
import type { Step } from '../rotation/course.ts'
import { forward, issue, revokeFirst } from '../rotation/course.ts'
import { instant } from '../time.ts'
import { triggerText } from '../trigger.ts'
import { gapsOf } from './gaps.ts'
import { chooseModel } from './model.ts'
import { byId, nameSome, verb } from './naming.ts'
import { owedBy } from './owed.ts'
import type { Gap, Model, Plan, PlanOverride, Reason, RollbackMethod } from './plan.ts'
import { wavesFor } from './waves.ts'
import { windowsFor } from './windows.ts'

export interface PlanRequest {
  credential: Credential
  consumers: readonly Consumer[]
  abilities: Abilities
  policy: Policy
  nowMs: number
  trigger: Trigger
  /** There is no version yet: nothing is left, so nothing is retired. */
  firstVersion: boolean
  wish?: Model
  order?: Plan['order']
  overrides?: readonly PlanOverride[]
}

export function plan(request: PlanRequest): Plan {
  const { credential, abilities, policy, firstVersion } = request
  const consumers = [...request.consumers].sort(byId)
  const order = request.order ?? 'prove-first'
  const kill = order === 'revoke-first' && !firstVersion
  const atOnce = kill || firstVersion

  const choice = kill
    ? { model: 'atomic' as const, reasons: [killReason], gaps: [] }
    : chooseModel(consumers, abilities, request.wish)
  // The first version interrupts nobody, so a doubt about cutting over has no object.
  const found = [
    ...(firstVersion ? [] : choice.gaps),
    ...gapsOf(credential, consumers, abilities, firstVersion),
  ]
  const { gaps, overrides } = kill ? { gaps: [], overrides: [] } : settleGaps(found, request.overrides ?? [])

  const owed = owedBy(consumers, abilities, policy)
  const { errorWindowMs } = policy
  const { propagationMs } = abilities
  const waves = wavesFor({ consumers, model: choice.model, errorWindowMs, propagationMs, atOnce })
  const { windows, reasons: why } = windowsFor({
    consumers,
    owed,
    waves,
    policy,
    abilities,
    overlaps: choice.model !== 'atomic' && !atOnce,
    nothingToLeave: atOnce,
  })
  const [inFlight, inFlightReasons] = inFlightRule(
    policy,
    consumers,
    choice.model === 'atomic' && !firstVersion,
  )
  return {
    model: choice.model,
    order,
    course: courseOf(abilities, waves.length, kill, firstVersion),
    reasons: [
      triggerReason(request),
      ...choice.reasons,
      ...why,
      ...inFlightReasons,
      ...cautions(consumers, abilities),
      ...(kill ? found.map(asReason) : []),
    ],
    gaps,
    overrides,
    waves,
    owed,
    lanes: [...new Set([...credential.lanes, ...consumers.flatMap(consumer => consumer.lanes)])],
    windows,
    inFlight,
    rollback: rollbackOf(abilities, choice.model, kill, firstVersion),
    owner: credential.owner,
    // A kill has retired the old version before anyone could be asked.
    decision: { owner: credential.owner, approvals: kill ? 0 : policy.approvals },
    retries: {
      maxAttempts: policy.maxAttempts,
      backoffMs: policy.backoffMs,
      backoffCapMs: policy.backoffCapMs,
    },
    onFailure: policy.onFailure,
    abilities,
  }
}

const killReason: Reason = {
  code: 'revoke-first',
  text: 'The old version is compromised: it dies first, everyone is moved at once, and nobody is waited for.',
}

function courseOf(abilities: Abilities, waves: number, kill: boolean, firstVersion: boolean): Step[] {
  // Less than one live version is no target; it is read as the most careful one.
  const abled = { ...abilities, maxLive: Math.max(1, abilities.maxLive) }
  if (firstVersion) return issue(abled, waves)
  return kill ? revokeFirst(abled, waves) : forward(abled, waves)
}

function rollbackOf(
  abilities: Abilities,
  model: Model,
  kill: boolean,
  firstVersion: boolean,
): RollbackMethod | null {
  if (firstVersion) return null
  // Nobody goes back to a value that an attacker holds.
  if (kill) return { how: 'reissue' }
  if (abilities.maxLive <= 1) return abilities.byHand.includes('mint') ? null : { how: 'reissue' }
  return { how: model === 'alias' ? 'move-alias' : 'reassign' }
}

/** An override needs a name and a reason, and reaches only what may be overridden. */
function settleGaps(
  found: readonly Gap[],
  offered: readonly PlanOverride[],
): { gaps: Gap[]; overrides: PlanOverride[] } {
  const valid = offered.filter(one => one.by.trim() !== '' && one.reason.trim() !== '')
  const overrides: PlanOverride[] = []
  const gaps = found.filter(gap => {
    const override = gap.overridable && valid.find(one => one.code === gap.code)
    if (!override) return true
    overrides.push({ ...override })
    return false
  })
  return { gaps, overrides }
}

const asReason = (gap: Gap): Reason => ({
  code: gap.code,
  text: `Not waited for: ${gap.text}`,
})

function inFlightRule(
  policy: Policy,
  consumers: readonly Consumer[],
  cut: boolean,
): [Plan['inFlight'], Reason[]] {
  if (policy.inFlight !== 'finish') return [policy.inFlight, []]
  if (cut) {
    const text =
      'Work in flight is put back and runs again: with an atomic move it cannot finish on the old value.'
    return ['requeue', [{ code: 'in-flight-requeued', text }]]
  }
  const may = consumers.filter(consumer => !consumer.inFlightMayFinish)
  if (may.length === 0) return ['finish', []]
  const text = `Work in flight may finish on the old value, but not that of ${nameSome(may)}: it has to be drained or put back before the move.`
  return ['finish', [{ code: 'in-flight-drained', text }]]
}

function cautions(consumers: readonly Consumer[], abilities: Abilities): Reason[] {
  const reasons: Reason[] = []
  const single = consumers.filter(consumer => !consumer.toleratesTwo)
  if (single.length > 0 && abilities.maxLive > 1) {
    const text = `${nameSome(single)} cannot work with two versions side by side: all instances of ${verb(single, 'it', 'each')} have to change together.`
    reasons.push({ code: 'one-version-boundary', text })
  }
  if (abilities.usage === 'none') {
    const text =
      'The target does not tell who uses a version: users that nobody registered show only by their errors.'
    reasons.push({ code: 'ghosts-unseen', text })
  }
  const idle = consumers.filter(consumer => consumer.idle)
  if (idle.length > 0) {
    const text = `${nameSome(idle)} ${verb(idle, 'is', 'are')} declared idle and must not run until the old version is dead.`
    reasons.push({ code: 'idle', text })
  }
  return reasons
}

const triggerReason = ({ trigger, nowMs }: PlanRequest): Reason => ({
  code: `trigger-${trigger.why}`,
  text: `Planned at ${instant(nowMs)}, ${triggerText(trigger)}.`,
})
