// What a gate finds missing, as far as a person can do something about it: said of all consumers at once, and not consumer by
// consumer, for nobody reads fifty sentences.
import { explain, type GateResult, type Missing } from '@rekey/core'
import { counted, dotted, named, sentence } from './draft.ts'

type What = Missing['what']

/** Only time helps; or it is told as something of its own. */
const passive = new Set<What>([
  'too-soon',
  'heard-too-short',
  'errors-too-soon',
  'not-moved',
  'not-in-ledger',
  'truth-new',
  'decision-due',
  'plan-gap',
  'ghost',
])

/** Where all is well it comes by itself: nobody is called for it at once. */
const coming = new Set<What>([
  'no-success',
  'not-fresh',
  'instance-behind',
  'instance-silent',
  'no-live-instance',
  'truth-old',
  'truth-mixed',
  'truth-unknown',
  'silence-unproved',
  'used-since',
])

const notMoved = 'have not shown that they moved'

/** Of several consumers, the most telling first: each is named once, for the first that is said of it. */
const words = new Map<What, string>([
  ['refused-with-new', 'were refused with the version that they should use'],
  ['idle-but-used', 'are declared idle and used it all the same'],
  ['degraded', 'work only in part'],
  ['fallback-in-use', 'ran on their fallback'],
  ['restricted', 'are restricted since the containment'],
  ['cannot-be-observed', 'cannot be observed, so their silence says nothing'],
  ['no-owner', 'have no owner'],
  ['not-exercised', 'run rarely and have not been run since they were moved'],
  ['no-live-instance', 'have no live instance that is known'],
  ['no-success', notMoved],
  ['truth-old', notMoved],
  ['truth-mixed', notMoved],
  ['truth-unknown', notMoved],
  ['instance-behind', 'still hold another version'],
  ['instance-silent', 'have fallen silent'],
  ['not-fresh', 'have not been seen to work lately'],
  ['fallback-unconfirmed', 'have a fallback of which nobody has said whether it moved'],
  ['used-since', 'have used another version'],
  ['silence-unproved', 'are not heard without a gap'],
])
const order = [...words.keys()]
const rank = ({ what }: Missing) => (words.has(what) ? order.indexOf(what) : order.length)

const mostSentences = 3

/** `patient`: what comes by itself is waited for. */
export function lacking(results: readonly GateResult[], patient: boolean): Missing[] {
  return results
    .flatMap(result => result.missing)
    .filter(({ what }) => !passive.has(what) && !(patient && coming.has(what)))
}

/** In a few sentences; nothing is missing: an empty text. */
export function lackingText(missing: readonly Missing[]): string {
  const byPhrase = new Map<string, Missing[]>()
  const told = new Set<string>()
  const whole: string[] = []
  for (const one of [...missing].sort((a, b) => rank(a) - rank(b))) {
    if (one.consumer === null) {
      whole.push(sentence(explain(one).text))
      continue
    }
    if (told.has(one.consumer)) continue
    told.add(one.consumer)
    const phrase = words.get(one.what) ?? 'are not proved'
    byPhrase.set(phrase, [...(byPhrase.get(phrase) ?? []), one])
  }
  const sentences = [...byPhrase].map(([phrase, some]) =>
    some.length === 1
      ? dotted(explain(some[0]!).text)
      : `${counted(some.length, 'consumer')} ${phrase}: ${named(some.map(nameOf))}.`,
  )
  sentences.push(...new Set(whole))
  const left = sentences.length - mostSentences
  const more = left > 0 ? [`${counted(left, 'more thing')} ${left === 1 ? 'is' : 'are'} missing.`] : []
  return [...sentences.slice(0, mostSentences), ...more].join(' ')
}

const nameOf = ({ name, consumer }: Missing) => name ?? consumer ?? 'the rotation'
