// What the control plane answers about a credential's consumers: the five questions, readiness, advice. The wire does not say their shape,
// so it is read with care: what is missing is nothing, and no page fails because of it.
import { isRecord } from '../../../parts/is-record.ts'

export interface Ref {
  consumer: string
  name: string
  owner: string | null
}

export interface Question {
  id: string
  title: string
  /** What an empty answer means. */
  none: string
  answers: { ref: Ref; note: string | null; atMs?: number | null; lastsMs?: number }[]
}

export interface Item {
  text: string
  how: string
  consumers: string[]
  /** It would stop a rotation. */
  blocks: boolean
}

export interface Answers {
  questions: Question[]
  verdict: 'ready' | 'ready-with-warnings' | 'not-ready' | null
  readiness: Item[]
  advice: (Item & { advice: string })[]
}

type Record_ = Record<string, unknown>
const record = (value: unknown): Record_ => (isRecord(value) ? value : {})
const list = (value: unknown): Record_[] => (Array.isArray(value) ? value.map(record) : [])
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter(one => typeof one === 'string') : []

const refOf = (one: Record_): Ref => ({
  consumer: text(one['consumer']),
  name: text(one['name']) || text(one['consumer']),
  owner: text(one['owner']) || null,
})

export function answersOf(map: { questions: unknown; readiness: unknown; advice: unknown }): Answers {
  const readiness = record(map.readiness)
  const verdict = text(readiness['verdict'])
  return {
    questions: questionsOf(record(map.questions)),
    verdict:
      verdict === 'ready' || verdict === 'ready-with-warnings' || verdict === 'not-ready' ? verdict : null,
    readiness: list(readiness['items']).flatMap(item => list(item['missing']).map(missingOf)),
    advice: list(map.advice).map(one => ({
      advice: text(one['advice']),
      text: text(one['text']),
      how: text(one['how']),
      consumers: texts(one['consumers']),
      blocks: false,
    })),
  }
}

const missingOf = (one: Record_): Item => ({
  text: text(one['text']),
  how: text(one['how']),
  consumers: one['consumer'] ? [text(one['consumer'])] : [],
  blocks: one['blocks'] === true,
})

function questionsOf(found: Record_): Question[] {
  const { direct, indirect } = record(found['authenticates'])
  const { tolerateTwo, onlyOne } = record(found['boundaries'])
  const isAnybody = list(direct).length + list(indirect).length > 0
  return [
    {
      id: 'authenticates',
      title: 'Who authenticates with it?',
      none: 'Nobody is registered.',
      answers: [
        ...list(direct).map(one => ({ ref: refOf(one), note: null })),
        ...list(indirect).map(one => ({ ref: refOf(one), note: wayText(one) })),
      ],
    },
    {
      id: 'restart',
      title: 'Who refreshes only when somebody does something?',
      none: isAnybody ? 'Nobody: all take up a new value by themselves.' : 'Nobody is registered.',
      answers: list(found['refreshesOnlyOnRestart']).map(one => ({ ref: refOf(one), note: howText(one) })),
    },
    {
      id: 'sessions',
      title: 'Who keeps sessions alive?',
      none: 'Nobody.',
      answers: list(found['keepsSessions']).map(one => ({
        ref: refOf(one),
        note: one['checkpoints'] === true ? 'can stop at a checkpoint' : null,
        lastsMs: number(one['sessionMs']) ?? 0,
      })),
    },
    {
      id: 'rare',
      title: 'Which rare or emergency tools need it?',
      none: 'None is registered. Is there really no script for emergencies?',
      answers: list(found['rareOrEmergency']).map(one => ({
        ref: refOf(one),
        note: text(one['pathClass']) === 'exception' ? 'exception path' : null,
        atMs: number(one['lastExercisedAtMs']),
      })),
    },
    {
      id: 'one',
      title: 'Where may two versions not be valid at once?',
      none: list(tolerateTwo).length > 0 ? 'Nowhere: all tolerate two.' : 'Nobody is registered.',
      answers: list(onlyOne).map(one => ({ ref: refOf(one), note: null })),
    },
    {
      id: 'unknown',
      title: 'What does nobody know?',
      none: 'Nothing that is asked for.',
      answers: list(found['unknown']).map(one => ({
        ref: refOf(one),
        note: unknownTexts[text(one['what'])] ?? null,
      })),
    },
  ]
}

const unknownTexts: Record<string, string> = {
  owner: 'who owns it',
  reload: 'how it takes up a new value',
  parent: 'through whom it goes',
  'last-exercise': 'when it last ran',
  observation: 'how it can be seen',
}

function wayText(one: Record_): string {
  const through = texts(one['through']).join(', then ')
  return one['reachesTarget'] === true
    ? `through ${through}`
    : `through ${through}; the way does not reach the target`
}

function howText(one: Record_): string {
  const how =
    { restart: 'restart', 'by-hand': 'by hand', 'each-launch': 'at each launch' }[text(one['how'])] ?? ''
  if (one['documented'] === null || one['documented'] === undefined) return how
  return `${how}, ${one['documented'] === true ? 'written down' : 'not written down'}`
}
