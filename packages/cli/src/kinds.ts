// What may be typed, and how it is read: each argument and option is of one of these kinds, from which the parser, the help, the
// completion and the type of what a command is given are made.
import { usage } from './exit.ts'

/** Whose ids complete it; the control plane is asked for them. */
export type Ids =
  | 'agent'
  | 'break-glass'
  | 'consumer'
  | 'credential'
  | 'environment'
  | 'ghost'
  | 'issuer'
  | 'kill'
  | 'person'
  | 'proposal'
  | 'provider'
  | 'receiver'
  | 'rotation'
  | 'sign-on'
  | 'signal'
  | 'signal-source'
  | 'source'
  | 'target'
  | 'token'
  | 'webhook'

export interface Kind<T> {
  /** As help shows it; null: it is a switch. */
  takes: string | null
  /** One letter, beside the whole name. */
  short: string | null
  text: string
  /** `nowMs`: for what is meant from now. It throws a usage failure. */
  read: (given: string, name: string, nowMs: number) => unknown
  isMany: boolean
  isNeeded: boolean
  choices: readonly string[]
  ids: Ids | null
  /** A file's name completes it. */
  isFile: boolean
  /** What holds where nothing is said, for the help. */
  usual: string | null
  /** Only for the type. */
  readonly gives?: T
}

export type Kinds = Readonly<Record<string, Kind<unknown>>>
/** All of them are there, with undefined for what was not said. */
export type Read<K extends Kinds> = { [N in keyof K]: K[N] extends Kind<infer T> ? T : never }

interface More {
  ids?: Ids
  usual?: string
}

function kind<T>(
  takes: string | null,
  text: string,
  read: Kind<T>['read'],
  more: Partial<Kind<T>> = {},
): Kind<T> {
  const bare = {
    short: null,
    isMany: false,
    isNeeded: false,
    choices: [],
    ids: null,
    isFile: false,
    usual: null,
  }
  return { takes, text, read, ...bare, ...more }
}

export const flag = (text: string): Kind<boolean> => kind(null, text, () => true)

export const word = (takes: string, text: string, more: More = {}): Kind<string | undefined> =>
  kind(takes, text, given => given, more)

export const many = (takes: string, text: string, more: More = {}): Kind<string[]> =>
  kind(takes, text, given => given, { ...more, isMany: true })

export const file = (text: string, takes = 'file'): Kind<string | undefined> =>
  kind(takes, text, given => given, { isFile: true })

export const files = (text: string): Kind<string[]> =>
  kind('file', text, given => given, { isFile: true, isMany: true })

export function oneOf<const C extends readonly string[]>(
  choices: C,
  text: string,
  takes = 'what',
): Kind<C[number] | undefined> {
  return kind(takes, text, (given, name) => chosen(choices, given, name), { choices })
}

export function manyOf<const C extends readonly string[]>(
  choices: C,
  text: string,
  takes = 'what',
): Kind<C[number][]> {
  return kind(takes, text, (given, name) => chosen(choices, given, name), { choices, isMany: true })
}

function chosen(choices: readonly string[], given: string, name: string): string {
  if (choices.includes(given)) return given
  throw usage(`${name}: "${given}" is none of ${choices.join(', ')}.`)
}

export const count = (takes: string, text: string, usual?: string): Kind<number | undefined> =>
  kind(
    takes,
    text,
    (given, name) => {
      if (/^\d{1,15}$/.test(given)) return Number(given)
      throw usage(`${name}: "${given}" is no whole number.`)
    },
    usual === undefined ? {} : { usual },
  )

export const length = (text: string, usual?: string): Kind<number | undefined> =>
  kind(
    'time',
    text,
    (given, name) => {
      const ms = lengthMs(given)
      if (ms !== null) return ms
      throw usage(`${name}: "${given}" is no length of time.`, 'Give it as 500ms, 30s, 15m, 4h or 7d.')
    },
    usual === undefined ? {} : { usual },
  )

/** A moment: an instant as ISO 8601 has it, or how long ago; with `ahead`, how long from now. */
export const moment = (text: string, ahead = false, usual?: string): Kind<number | undefined> =>
  kind(
    'when',
    text,
    (given, name, nowMs) => {
      const awayMs = lengthMs(given)
      if (awayMs !== null) return ahead ? nowMs + awayMs : Math.max(0, nowMs - awayMs)
      if (given === 'now') return nowMs
      const ms = /^\d{4}-\d\d-\d\d/.test(given) ? Date.parse(given.replace(' ', 'T')) : Number.NaN
      if (!Number.isNaN(ms)) return ms
      const away = ahead ? 'from now' : 'ago'
      throw usage(
        `${name}: "${given}" is no moment.`,
        `Give it as 2026-03-01T14:00Z, or as 2h for two hours ${away}.`,
      )
    },
    usual === undefined ? {} : { usual },
  )

export const short = <T>(letter: string, one: Kind<T>): Kind<T> => ({ ...one, short: letter })

export function needed<T>(one: Kind<T>): Kind<Exclude<T, undefined>> {
  return { ...one, isNeeded: true } as Kind<Exclude<T, undefined>>
}

const units: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** null: it is none. Unlike what a timer waits for, it may be months. */
export function lengthMs(text: string): number | null {
  const [, number, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d|w)$/.exec(text) ?? []
  return number === undefined || unit === undefined ? null : Math.round(Number(number) * units[unit]!)
}

/** `dryRun` is typed as `--dry-run`. */
export const dashed = (name: string) => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
