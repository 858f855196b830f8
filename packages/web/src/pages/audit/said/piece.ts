// What a sentence about an event is made of: words, and names that lead somewhere. Events are read with care: what is said of one by an
// older or a newer control plane may lack something, and a sentence with a gap is better than a page that fails.
import type { EventView } from '@rekey/wire'
import { to } from '../../../address.ts'
import { isRecord } from '../../../parts/is-record.ts'

export type Piece = string | { text: string; href: string }
export type Sentence = readonly Piece[]
export type Telling = (told: Told) => Sentence

/** ``say`Version ${3} of ${credential} was killed` `` */
export function say(words: TemplateStringsArray, ...between: readonly (Piece | number)[]): Sentence {
  return words.flatMap((word, at): Piece[] => {
    const next = between[at]
    return next === undefined ? [word] : [word, typeof next === 'number' ? String(next) : next]
  })
}

export const textOf = (sentence: Sentence): string =>
  sentence
    .map(piece => (typeof piece === 'string' ? piece : piece.text))
    .join('')
    .replace(/\s+/g, ' ')
    .trim()

const gap = '…'

/** An event, as far as sentences look into it. */
export class Told {
  readonly event: EventView
  readonly data: Readonly<Record<string, unknown>>

  constructor(event: EventView, data: unknown = event.data) {
    this.event = event
    this.data = isRecord(data) ? data : {}
  }

  text(name: string): string {
    const value = this.data[name]
    return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : gap
  }

  number(name: string): number | null {
    const value = this.data[name]
    return typeof value === 'number' ? value : null
  }

  list(name: string): readonly unknown[] {
    const value = this.data[name]
    return Array.isArray(value) ? value : []
  }

  /** Names one after the other, the first few of many. */
  names(name: string, none = gap): string {
    const some = this.list(name).filter(one => typeof one === 'string' || typeof one === 'number')
    if (some.length === 0) return none
    const first = some.slice(0, 5).join(', ')
    return some.length > 5 ? `${first} and ${some.length - 5} more` : first
  }

  under(name: string): Told {
    return new Told(this.event, this.data[name])
  }

  /** ` because …`, where something is said; nothing otherwise. */
  because(name: string, before = ': '): string {
    const value = this.data[name]
    return typeof value === 'string' && value.trim() !== '' ? `${before}${value}` : ''
  }

  /** The id in the event's stream, as in `rotation/<id>`. */
  get own(): string {
    const at = this.event.stream.indexOf('/')
    return at < 0 ? this.event.stream : this.event.stream.slice(at + 1)
  }

  get credential(): Piece {
    const { credential } = this.event
    return credential === null ? 'a credential' : link(credential, 'credentials', credential)
  }

  consumer(name = 'consumer'): Piece {
    const { credential } = this.event
    const id = this.text(name)
    return credential === null || id === gap ? id : link(id, 'consumers', credential, id)
  }

  get rotation(): Piece {
    return link('The rotation', 'rotations', this.own)
  }

  agent(name = 'agent'): Piece {
    return link(this.text(name), 'people', 'agents', this.text(name))
  }
}

export const link = (text: string, ...parts: readonly string[]): Piece =>
  parts.includes(gap) ? text : { text, href: to(...parts) }

export const count = (n: number, one: string, many = `${one}s`): string =>
  n === 1 ? `one ${one}` : `${n.toLocaleString('en-GB')} ${many}`
