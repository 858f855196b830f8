// States, truths and verdicts, each as its word in its tone: the same everywhere.
import { bad, good, inTone, quiet, type Tone, type Toned, warn } from '../show/words.ts'

const tones: Record<string, Tone> = {
  // What a consumer acts on. Unknown is never safe.
  new: 'good',
  old: 'warn',
  mixed: 'bad',
  unknown: 'warn',
  // Phases of a rotation, and how it ended.
  planned: 'plain',
  running: 'accent',
  held: 'warn',
  contained: 'bad',
  stuck: 'bad',
  completed: 'good',
  aborted: 'warn',
  'rolled-back': 'warn',
  // Versions.
  intended: 'quiet',
  'pre-active': 'accent',
  active: 'good',
  suspended: 'warn',
  destroyed: 'quiet',
  dead: 'quiet',
  void: 'quiet',
  // Gates.
  refuses: 'bad',
  overridden: 'warn',
  // What was told, confirmed or not.
  open: 'warn',
  claimed: 'good',
  dismissed: 'quiet',
  done: 'good',
  confirmed: 'good',
  unconfirmed: 'bad',
  'not-needed': 'quiet',
  'nobody-known': 'quiet',
  trusted: 'good',
  unproved: 'warn',
  'set-aside': 'quiet',
  // Readiness.
  ready: 'good',
  'ready-with-warnings': 'warn',
  'not-ready': 'bad',
  // How soon.
  now: 'bad',
  today: 'warn',
  soon: 'plain',
  // What is done about a signal.
  kill: 'bad',
  rotate: 'warn',
  suspend: 'warn',
  page: 'accent',
  note: 'quiet',
}

/** A word that is not known yet is shown as it is. */
export const state = (word: string): Toned =>
  inTone(Object.hasOwn(tones, word) ? tones[word]! : 'plain', word)

export const yesNo = (is: boolean): Toned => (is ? good('yes') : quiet('no'))
export const none = quiet('–')

export const version = (number: number | null): string => (number === null ? '–' : `v${number}`)
export const some = (number: number, one: string, many = `${one}s`) =>
  `${number} ${number === 1 ? one : many}`
export const alarm = (is: boolean, text: string): Toned => (is ? bad(text) : warn(text))
