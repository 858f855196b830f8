// A containment as people see it: sentences for what the core has found.
import { type ContainedConsumer, containment, instant, isUnderway } from '@rekey/core'
import type { RotationFacts } from '@rekey/store'
import type { AnswerOf, routes } from '@rekey/wire'
import { ledgerOf } from '../runner/gather.ts'

type View = AnswerOf<typeof routes.rotations.containment>

export function containmentView({ row: { state }, ledger, consumers }: RotationFacts, nowMs: number): View {
  const isContained = state.phase === 'contained'
  const about = {
    contained: isContained,
    cause: isContained ? state.cause : null,
    sinceMs: isContained ? state.sinceMs : null,
  }
  if (!isUnderway(state)) {
    return { ...about, mayResume: false, mayGoBack: false, trusted: [], consumers: [] }
  }
  const found = containment(state, ledgerOf(state, ledger, nowMs), consumers, nowMs)
  return {
    ...about,
    mayResume: isContained && found.mayResume,
    mayGoBack: found.mayGoBack,
    trusted: found.consumers.filter(one => one.trust === 'trusted').map(one => one.consumer),
    consumers: found.consumers.map(one => ({
      consumer: one.consumer,
      name: one.name,
      truth: one.truth,
      version: one.version,
      trust: one.trust,
      lastCleanMs: one.lastCleanMs,
      frozen: one.isFrozen,
      text: textOf(one, isContained),
      how: one.advice === null ? null : remedies[one.advice],
    })),
  }
}

/** Where nothing is contained it says how each would stand if it were. */
function textOf(
  { trust, truth, version, lastCleanMs, isFrozen }: ContainedConsumer,
  isContained: boolean,
): string {
  const on = version === null ? 'no version' : `version ${version}`
  if (isFrozen) return `it is frozen: no value of ${on} is given to it`
  if (trust === 'trusted')
    return `it has worked well with ${on} at ${instant(lastCleanMs!)}${isContained ? ', since the containment' : ''}`
  if (trust === 'set-aside')
    return 'it is restricted, idle, or a named person vouches for it: it holds nobody up'
  const seen = lastCleanMs === null ? 'never been seen to work' : `last worked at ${instant(lastCleanMs)}`
  const acts = {
    old: 'the old version',
    new: 'the new version',
    mixed: 'both versions',
    unknown: 'nobody knows what',
  }
  return `it should use ${on}, acts on ${acts[truth]}, and has ${seen}${isContained ? ' since it was contained' : ''}`
}

const remedies = {
  'show-success': 'Let it do one piece of real work.',
  restrict: 'Nobody can see what it does, and little hangs on it: restrict it, and it holds nobody up.',
  freeze:
    'Nobody can see what it does, and something hangs on it: restrict it with freeze, until somebody has looked.',
} as const
