// Which of the four models a rotation takes, and why (2.1, 2.2). A wish is honoured where it is safe; where it is not, the
// plan keeps the recommendation and cannot start until the wish is withdrawn or, where possible, overridden.
import type { Abilities } from '../abilities.ts'
import type { Consumer } from '../consumer.ts'
import { isRare } from '../consumer.ts'
import { span } from '../time.ts'
import { nameSome, verb } from './naming.ts'
import { hasLongSession, hurtWhenCut, isDirect, speedOf } from './pace.ts'
import type { Gap, Model, Reason } from './plan.ts'

export interface Choice {
  model: Model
  reasons: Reason[]
  gaps: Gap[]
}

/** Up to this many consumers can be watched at once when all of them move together. */
export const fewConsumers = 5

export function chooseModel(consumers: readonly Consumer[], abilities: Abilities, wish?: Model): Choice {
  const recommended = recommend(consumers, abilities)
  const choice = wish ? grant(wish, recommended, consumers, abilities) : recommended
  if (choice.model !== 'atomic') return choice
  const [reasons, gaps] = doubtAtomic(consumers, abilities.maxLive > 1)
  return { ...choice, reasons: [...choice.reasons, ...reasons], gaps: [...choice.gaps, ...gaps] }
}

function recommend(consumers: readonly Consumer[], abilities: Abilities): Choice {
  if (abilities.maxLive <= 1) {
    return only(
      'atomic',
      'one-live-version',
      'The target accepts one version at a time: the new value ends the old one.',
    )
  }
  const direct = consumers.filter(isDirect)
  if (direct.length === 0) {
    return only(
      'dual',
      'nobody-direct',
      'No direct consumer is registered; both versions stay valid until one is found.',
    )
  }
  const allQuick = direct.every(consumer => speedOf(consumer) === 'quick')
  if (allQuick && direct.every(consumer => consumer.follows === 'alias')) {
    const rare = direct.filter(isRare)
    const choice = only(
      'alias',
      'alias-followed',
      'Every consumer follows the alias and takes a new value up within minutes: moving the alias moves all, and moving it back is the rollback.',
    )
    if (rare.length > 0) choice.reasons.push(rareReason(rare))
    return choice
  }
  const reasons = whyWaves(direct, consumers)
  if (reasons.length > 0) return { model: 'waves', reasons, gaps: [] }
  return only(
    'dual',
    'few-and-quick',
    `${verb(direct, 'The one consumer takes', `All ${direct.length} consumers take`)} a new value up within minutes: one move, with both versions valid until it is proved.`,
  )
}

const only = (model: Model, code: string, text: string): Choice => ({
  model,
  reasons: [{ code, text }],
  gaps: [],
})

function whyWaves(direct: readonly Consumer[], all: readonly Consumer[]): Reason[] {
  const reasons: Reason[] = []
  const because = (code: string, who: readonly Consumer[], text: (names: string) => string) => {
    if (who.length > 0) reasons.push({ code, text: text(nameSome(who)) })
  }
  const slow = direct.filter(consumer => speedOf(consumer) === 'slow')
  const byHand = direct.filter(consumer => speedOf(consumer) === 'by-hand')
  if (areMixed(direct)) {
    reasons.push({
      code: 'mixed-speeds',
      text: 'Consumers take a new value up at different speeds: the quick ones go first and show whether it works.',
    })
  }
  because(
    'slow',
    slow,
    names => `${names} ${verb(slow, 'takes', 'take')} a new value up by themselves, but not within minutes.`,
  )
  because('needs-somebody', byHand, names => `${names} must be restarted, reloaded or launched by somebody.`)
  const rare = all.filter(isRare)
  if (rare.length > 0) reasons.push(rareReason(rare))
  const long = all.filter(hasLongSession)
  because('long-sessions', long, names => {
    const longestMs = long.reduce((max, consumer) => Math.max(max, consumer.sessionMs), 0)
    return `${names} ${verb(long, 'keeps', 'keep')} sessions for up to ${span(longestMs)} on the value that opened them.`
  })
  const critical = all.filter(consumer => consumer.critical)
  because(
    'critical',
    critical,
    names =>
      `${names} ${verb(critical, 'is', 'are')} critical: that is not moved at one stroke with all the others.`,
  )
  if (direct.length > fewConsumers) {
    reasons.push({ code: 'many', text: `${direct.length} consumers are too many to move at one stroke.` })
  }
  return reasons
}

const rareReason = (rare: readonly Consumer[]): Reason => ({
  code: 'rare-paths',
  text: `${nameSome(rare)} ${verb(rare, 'runs', 'run')} rarely or only when called: ${verb(rare, 'it has', 'they have')} to be run on purpose before anything is retired.`,
})

const areMixed = (direct: readonly Consumer[]) => new Set(direct.map(speedOf)).size > 1

function grant(
  wish: Model,
  recommended: Choice,
  consumers: readonly Consumer[],
  abilities: Abilities,
): Choice {
  if (wish === recommended.model) {
    return {
      ...recommended,
      reasons: [
        ...recommended.reasons,
        { code: 'as-wished', text: `This model (${wish}) was also asked for.` },
      ],
    }
  }
  const refuse = (text: string): Choice => ({
    ...recommended,
    gaps: [
      ...recommended.gaps,
      {
        code: 'wish-refused',
        text,
        how: `Plan again as ${recommended.model}, or without asking for a model.`,
        overridable: false,
      },
    ],
  })
  if (abilities.maxLive <= 1) {
    return refuse(`The model ${wish} was asked for, but the target accepts only one version at a time.`)
  }
  const deaf = consumers.filter(consumer => isDirect(consumer) && consumer.follows !== 'alias')
  if (wish === 'alias' && deaf.length > 0) {
    return refuse(
      `An alias move was asked for, but ${nameSome(deaf)} ${verb(deaf, 'does', 'do')} not follow the alias and would stay behind.`,
    )
  }
  const differs = {
    code: 'wish-differs',
    text: `The model ${wish} was asked for and is taken; ${recommended.model} would have been recommended.`,
  }
  return { model: wish, reasons: [differs, ...recommended.reasons], gaps: [] }
}

function doubtAtomic(consumers: readonly Consumer[], overlapPossible: boolean): [Reason[], Gap[]] {
  const reasons: Reason[] = [
    {
      code: 'atomic-doubt',
      text: overlapPossible
        ? 'An atomic move gives nobody time: whoever has not taken up the new value in that moment counts as failed, though the target could hold both.'
        : 'An atomic move has no overlap: whoever has not taken up the new value in that moment fails, and going back means issuing another value.',
    },
  ]
  const direct = consumers.filter(isDirect)
  const byHand = direct.filter(consumer => speedOf(consumer) === 'by-hand')
  const slow = direct.filter(consumer => speedOf(consumer) === 'slow')
  const cut = consumers.filter(hurtWhenCut)
  const faults: string[] = []
  if (areMixed(direct)) faults.push('refresh speeds are mixed')
  if (byHand.length > 0)
    faults.push(
      `${nameSome(byHand)} ${verb(byHand, 'fails', 'fail')} until somebody restarts or reloads ${verb(byHand, 'it', 'them')}`,
    )
  if (slow.length > 0)
    faults.push(
      `${nameSome(slow)} ${verb(slow, 'notices', 'notice')} a new value only after more than 15 min`,
    )
  if (cut.length > 0)
    faults.push(
      `${nameSome(cut)} ${verb(cut, 'loses', 'lose')} work when cut off, or ${verb(cut, 'comes', 'come')} back with the dead value`,
    )
  if (faults.length === 0) return [reasons, []]
  const gap = {
    code: 'atomic-unsafe',
    text: `An atomic move is unsafe here: ${faults.join('; ')}.`,
    how: 'Choose a model with overlap if the target allows it; make these consumers reload by themselves; or have a named person accept the interruption, with a reason and a time for it.',
    overridable: true,
  }
  return [reasons, [gap]]
}
