// What Rekey says when it is asked whether the old version may go: everything that is missing, by name. Kept from the first time on, and ticked off
// when it is not said any more.
import type { Demand } from '../show/stage.ts'

export interface Missing {
  gate: string
  what: string
  consumer: string | null
  text: string
}

interface Fault {
  code: string
  text: string
  missing?: Missing[]
}

export const missingIn = (faults: readonly unknown[]): Missing[] =>
  (faults as Fault[]).flatMap(({ code, text, missing }) =>
    missing !== undefined && missing.length > 0
      ? missing
      : [{ gate: code, what: code, consumer: null, text }],
  )

/** For people who read along: the moment stands in the record. */
export const shortly = ({ text }: Missing) => text.replace(/, last at \S+$/, '')

/** What waits for somebody, and not for time alone. */
const forPeople = new Set(['not-exercised', 'ghost', 'fallback-unconfirmed'])
export const needsSomebody = ({ what }: Missing) => forPeople.has(what)

/** Of a ghost, the name under which the target has seen it. */
export const ghostIn = ({ text, what }: Missing) =>
  what === 'ghost' ? text.split(' used the credential')[0]! : null

export class Refusals {
  readonly #known = new Map<string, Demand>()
  readonly #said = new Set<string>()
  times = 0

  /** A refusal. Answers what no refusal has said before. */
  take(missing: readonly Missing[], nameOf: (id: string) => string): Missing[] {
    this.times++
    this.note(missing, nameOf)
    const named = missing.filter(needsSomebody)
    const said = new Set(named.map(keyOf))
    for (const [key, demand] of this.#known) demand.isMet = !said.has(key)
    const fresh = named.filter(one => !this.#said.has(keyOf(one)))
    for (const one of fresh) this.#said.add(keyOf(one))
    return fresh
  }

  /** Named by Rekey before anybody has asked. */
  note(missing: readonly Missing[], nameOf: (id: string) => string): void {
    for (const one of missing.filter(needsSomebody)) {
      if (this.#known.has(keyOf(one))) continue
      const who = one.consumer === null ? (ghostIn(one) ?? 'somebody') : nameOf(one.consumer)
      this.#known.set(keyOf(one), { who, gate: one.gate, text: one.text, isMet: false })
    }
  }

  allMet(): void {
    for (const demand of this.#known.values()) demand.isMet = true
  }

  get demands(): Demand[] {
    return [...this.#known.values()]
  }
}

/** A text holds times, and changes: the same thing is known by what it is. */
const keyOf = (one: Missing) => `${one.gate} ${one.consumer ?? ghostIn(one) ?? ''}`
