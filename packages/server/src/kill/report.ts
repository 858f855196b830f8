// What came of a kill: never a plain "ok", but each step, each holder and each target, confirmed or not, and what to do about what is not.

import { byHand, instant, isRare, scopeText } from '@rekey/core'
import type { KillView } from '@rekey/wire'
import type { Plane } from '../api/plane.ts'
import { type Aftermath, aftermathOf } from './aftermath.ts'
import { consumerOf, type HolderView, holdersOf, lastUseAfter } from './confirmed.ts'
import { reportedIn } from './holders.ts'
import type { KillState } from './state.ts'

type KilledView = KillView['killed'][number]
type Step = KilledView['steps'][number]
type One = KillState['killed'][number]

/** Whoever is told is written down together, a moment after the order: until then it is not said that nobody holds it. */
const tellingMs = 15_000

export async function killView(plane: Pick<Plane, 'ground' | 'keep'>, state: KillState): Promise<KillView> {
  const { nowMs, store } = plane.ground
  const isTold = state.holders.length > 0
  const isTelling = !isTold && nowMs() < state.orderedMs + tellingMs
  const notified = await notifiedOf(plane, state)
  const killed: KilledView[] = []
  const unconfirmed: KillView['unconfirmed'] = []
  let rare = 0
  let consumersInAll = 0
  for (const one of state.killed) {
    const [consumers, versions, { entries }] = await Promise.all([
      store.consumers(one.credential),
      store.versions(one.credential),
      store.ledger(one.credential),
    ])
    rare += consumers.filter(isRare).length
    consumersInAll += consumers.length
    const version = versions.find(each => each.number === one.version)
    if (version === undefined) continue
    const after = await aftermathOf(store, version, one.orderedMs)
    const told = isTold ? state : { ...state, holders: reportedIn(entries, one, state.orderedMs) }
    const holders = holdersOf(told, one, entries)
    const arriving = arrivingOf(after, one.version)
    const isDead = version.state === 'dead' || version.state === 'void'
    const view: KilledView = {
      credential: one.credential,
      version: one.version,
      environment: one.environment,
      epoch: one.epoch,
      rotation: after.rotation,
      steps: stepsOf(one, after, holders, { isDead, isTelling }, notified),
      holders,
      consumers: consumers.map(({ id }) => consumerOf(id, one, holders, entries, arriving)),
      lastUseAfterKillMs: lastUseAfter(one, entries),
      providerRefusedAfterMs: after.refusedMs === null ? null : after.refusedMs - one.orderedMs,
    }
    killed.push(view)
    unconfirmed.push(...missingOf(view, after))
  }
  const answeredMs = killed
    // Those that the order was written to: whoever came later heard of it when it came.
    .flatMap(one => one.holders.flatMap(each => (each.connected ? (each.afterMs ?? []) : [])))
    .sort((a, b) => a - b)
  const at = (share: number) =>
    answeredMs[Math.min(answeredMs.length - 1, Math.floor(share * answeredMs.length))] ?? null
  const refusedMs = killed.map(one => one.providerRefusedAfterMs)
  const providerMs = refusedMs.includes(null) ? null : Math.max(0, ...refusedMs.map(Number))
  const resumedMs = killed.map(one => one.steps.find(step => step.step === 'resume')?.afterMs ?? null)
  return {
    id: state.id,
    scope: scopeText(state.scope),
    reason: state.reason,
    by: state.by,
    cause: causeText(state.cause),
    askedMs: state.askedMs,
    orderedMs: state.orderedMs,
    killed,
    unconfirmed,
    latency: {
      recordedMs: state.orderedMs - state.askedMs,
      holders: { p50Ms: at(0.5), p99Ms: at(0.99), lastMs: answeredMs.at(-1) ?? null },
      providerMs,
    },
    byHand: handsOf(new Set(state.killed.map(one => one.credential)).size, consumersInAll, rare),
    measured: {
      detectMs: null,
      revokeMs: providerMs,
      propagateMs: resumedMs.includes(null) ? null : Math.max(0, ...resumedMs.map(Number)),
    },
  }
}

function handsOf(credentials: number, consumers: number, rare: number): KillView['byHand'] {
  const { assumptions, ...times } = byHand({ credentials, consumers, rare })
  return { assumptions: assumptions.map(({ what, takesMs, times }) => ({ what, takesMs, times })), ...times }
}

/** Which version those who were halted go on with. */
function arrivingOf({ state }: Aftermath, killed: number): number | null {
  if (state === null || state.phase === 'planned') return null
  const other = state.old?.version === killed ? state.new : state.old
  return other?.version ?? null
}

function stepsOf(
  { orderedMs }: One,
  after: Aftermath,
  holders: readonly HolderView[],
  { isDead, isTelling }: { isDead: boolean; isTelling: boolean },
  notified: Step,
): Step[] {
  const step = (name: Step['step'], atMs: number | null, done: string, open: string): Step => ({
    step: name,
    state: atMs === null ? 'unconfirmed' : 'confirmed',
    atMs,
    afterMs: atMs === null ? null : atMs - orderedMs,
    text: atMs === null ? open : done,
  })
  const open = holders.filter(one => one.state === 'unconfirmed').length
  const lastMs = Math.max(orderedMs, ...holders.map(one => orderedMs + (one.afterMs ?? 0)))
  const isBack =
    after.state !== null && 'progress' in after.state && after.state.progress.ending !== 'completed'
  const hasWayBack = isBack || (after.state?.phase === 'ended' && after.state.ending !== 'completed')
  const unneeded = (one: Step): Step =>
    hasWayBack && one.state === 'unconfirmed'
      ? { ...one, state: 'not-needed', text: 'everybody stays with the version before it' }
      : one
  const why = after.problem === null ? '' : `: ${after.problem}`
  const refused = step(
    'revoke',
    after.refusedMs,
    'the target refuses it',
    `the target has not been seen to refuse it${why}`,
  )
  return [
    isDead && after.refusedMs === null
      ? { ...refused, state: 'confirmed', text: 'it was dead before' }
      : refused,
    step('record', orderedMs, 'the order is durable', ''),
    step(
      'halt',
      open === 0 && !isTelling ? lastMs : null,
      haltedText(holders),
      open === 0
        ? 'whoever is connected is being told'
        : `${open} of ${holders.length} ${open === 1 ? 'has' : 'have'} not confirmed`,
    ),
    unneeded(step('mint', after.mintedMs, 'another version was made', `no other version was made yet${why}`)),
    unneeded(
      step('probe', after.acceptedMs, 'the target accepts it', `it was not seen to be accepted${why}`),
    ),
    unneeded(
      step('publish', after.publishedMs, 'it is assigned to everybody', 'it is assigned to nobody yet'),
    ),
    step('resume', after.resumedMs, 'everybody works again', 'not everybody has been seen to work with it'),
    notified,
  ]
}

const haltedText = (holders: readonly HolderView[]) =>
  holders.length === 0 ? 'nobody is known to hold it' : `all ${holders.length} known holders have confirmed`

async function notifiedOf({ keep }: Pick<Plane, 'keep'>, { position, orderedMs }: KillState): Promise<Step> {
  const hooks = (await keep.all('webhook')).filter(({ record }) => record.off === null)
  const base = { step: 'notify', atMs: null, afterMs: null } as const
  if (hooks.length === 0) {
    return {
      ...base,
      state: 'not-needed',
      text: 'no webhook is registered; the record and its stream say it to people',
    }
  }
  const behind: string[] = []
  for (const { id } of hooks) {
    const delivery = await keep.get('delivery', id)
    if (delivery === null || delivery.position < position) behind.push(id)
  }
  if (behind.length > 0)
    return { ...base, state: 'unconfirmed', text: `not taken yet by ${behind.join(', ')}` }
  return {
    ...base,
    atMs: orderedMs,
    afterMs: null,
    state: 'confirmed',
    text: `taken by all ${hooks.length} webhooks`,
  }
}

function missingOf(view: KilledView, { problem }: Aftermath): KillView['unconfirmed'] {
  const { credential, version } = view
  const missing: KillView['unconfirmed'] = view.holders
    .filter(one => one.state === 'unconfirmed')
    .map(({ consumer, instance, how }) => ({
      credential,
      consumer,
      instance,
      what: `${instance} may still hold version ${version}: ${how}`,
      how: 'Reach it or end it; once it is gone or connects it is confirmed by itself. Or answer for it: POST /kills/:id/dismiss.',
    }))
  for (const { consumer, contradictedMs } of view.consumers) {
    if (contradictedMs === null) continue
    missing.push({
      credential,
      consumer,
      instance: null,
      what: `${consumer} has confirmed that it refuses version ${version}, and it was used there since, at ${instant(contradictedMs)}`,
      how: 'Its word is not to be believed: stop it, and look how it came to answer. What ends its use is the target.',
    })
  }
  if (view.steps[0]?.state !== 'confirmed') {
    missing.push({
      credential,
      consumer: null,
      instance: null,
      what: `the target has not been seen to refuse version ${version}${problem === null ? '' : `: ${problem}`}`,
      how: 'It is tried until it does. If that takes long, revoke it at the target by hand: to do it twice does no harm.',
    })
  }
  return missing
}

function causeText(cause: KillState['cause']): string {
  switch (cause.why) {
    case 'person':
      return 'a person'
    case 'signal':
      return `the signal ${cause.signal} from ${cause.source}`
    case 'break-glass':
      return `break-glass code ${cause.code}`
  }
}
