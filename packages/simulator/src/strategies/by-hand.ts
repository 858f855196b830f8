// A careful person with a runbook. He issues the new value, puts it where he knows that it is used, restarts what he thinks of,
// looks for an hour whether anybody still uses the old one, and revokes it when nobody does or when his day is over.
import { hourMs, isRare, minuteMs, secondMs } from '@rekey/core'
import { type Held, idOf, type Member } from '../fleet/member.ts'
import { type Field, inLongRun } from './field.ts'
import type { Play, Strategy } from './strategy.ts'
import { decisionMs, type Values, valuesOf } from './values.ts'
import type { Work } from './work.ts'

const prepareMs = 10 * minuteMs
const placeMs = 5 * minuteMs
const watchMs = hourMs
const atMostWatches = 4
const remembers = { background: 0.9, rare: 0.6 }

export const byHand: Strategy = {
  name: 'by-hand',
  follows: 'AWS IAM User Guide, "Update access keys"',
  assumptions: [
    'He needs 10 minutes to issue the new value and 5 minutes for each place that he updates and restarts, one after the other.',
    'He knows every registered consumer on a primary path; he thinks of one in the background with 90 %, of a rare one with 60 %, and of one that nobody registered never. What he forgets once he forgets each time, until he has seen it.',
    'He does not end a run of more than an hour: he comes back for it when he sees it use the old value.',
    'He watches for an hour who uses the old value. Whoever he sees he updates, and watches again, four times at the most; then he revokes.',
    'After a leak he revokes first, which takes him 5 to 20 minutes with the console and a colleague’s consent, and then replaces as above, without watching.',
    'Every minute of this is a minute of his time.',
  ],
  async begin(field, work) {
    const values = await valuesOf(field)
    return new Person(field, values, work)
  },
}

class Person implements Play {
  readonly signals = false
  readonly #field: Field
  readonly #values: Values
  readonly #work: () => Work
  /** What is in each place; there is no store. */
  readonly #places = new Map<Member, Held>()
  readonly #known: Set<Member>

  constructor(field: Field, values: Values, work: () => Work) {
    this.#field = field
    this.#values = values
    this.#work = work
    this.#known = new Set(
      field.members.filter(member => {
        if (member.consumer === null || member.truth.idle !== null) return false
        if (isRare(member.truth)) return field.diceOf(member).happens('thought of', remembers.rare)
        if (member.truth.pathClass === 'primary') return true
        return field.diceOf(member).happens('thought of', remembers.background)
      }),
    )
    for (const member of field.members) this.#places.set(member, values.current)
  }

  read(member: Member): Held | null {
    return this.#places.get(member) ?? null
  }

  current(): Held {
    return this.#values.current
  }

  mended(member: Member): void {
    this.#places.set(member, this.#values.current)
    if (member.consumer !== null) this.#known.add(member)
  }

  async goTo(toMs: number): Promise<void> {
    await this.#values.goTo(toMs)
  }

  async rotate(): Promise<void> {
    const fromMs = this.#field.nowMs
    this.#values.at(fromMs + prepareMs, async () => {
      const old = this.#values.current
      this.#values.current = await this.#values.issue()
      this.#spend(prepareMs)
      const untilMs = this.#update([...this.#known])
      this.#watch(old, untilMs, 1)
    })
  }

  async suspect(): Promise<void> {
    const { nowMs, dice } = this.#field
    const revokeMs = decisionMs + dice.between('consent', 5 * 60, 20 * 60) * secondMs
    this.#values.at(nowMs + revokeMs, async () => {
      this.#spend(revokeMs)
      await this.#values.end(this.#values.current)
    })
    this.#values.at(nowMs + revokeMs + prepareMs, async () => {
      this.#values.current = await this.#values.issue()
      this.#spend(prepareMs)
      this.#update([...this.#known])
    })
  }

  /** One place after the other; when he will be done. */
  #update(members: readonly Member[]): number {
    const fromMs = this.#field.nowMs
    for (const [at, member] of members.entries()) {
      this.#values.at(fromMs + (at + 1) * placeMs, () => {
        this.#spend(placeMs)
        this.#places.set(member, this.#values.current)
        if (inLongRun(member, this.#field.nowMs) === null) this.#work().restart(member)
      })
    }
    return fromMs + members.length * placeMs
  }

  #watch(old: Held, fromMs: number, time: number): void {
    this.#values.at(fromMs + watchMs, async () => {
      this.#spend(watchMs)
      const seen = time < atMostWatches ? this.#stillUsing(old, fromMs) : []
      if (seen.length === 0) return this.#values.end(old)
      for (const member of seen) this.#known.add(member)
      this.#watch(old, this.#update(seen), time + 1)
    })
  }

  /** Whom the target's list of callers names with the old value; who it is in truth, somebody tells him. */
  #stillUsing(old: Held, sinceMs: number): Member[] {
    const { target, members, nowMs } = this.#field
    const handle = target.find(old.value)?.handle
    const untilMs = nowMs - target.abilities.usageLagMs
    const names = new Set(
      target.world.sightings
        .filter(one => one.handle === handle && one.atMs > sinceMs && one.atMs <= untilMs)
        .map(one => one.seenAs),
    )
    return members.filter(member => names.has(idOf(member)))
  }

  #spend(ms: number): void {
    this.#field.tally.peopleMinutes += ms / minuteMs
  }
}
