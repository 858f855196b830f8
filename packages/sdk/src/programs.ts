// For a wrapper that runs programs or writes files for others: what it says is about them and not about its own process, which
// only hands values on. It sees no uses. What it knows is who was given which version, who lives, and who has ended.
import type { StatementSaid } from '@rekey/wire'
import type { Clock } from './clock.ts'
import type { Pulse } from './pulse.ts'
import type { Reporter } from './reporter.ts'
import type { Subject } from './tally.ts'

export interface ProgramsParts {
  clock: Clock
  pulse: Pulse
  reporter: Reporter
}

export class Programs {
  readonly #parts: ProgramsParts
  readonly #holders = new Map<string, readonly Subject[]>()

  constructor(parts: ProgramsParts) {
    this.#parts = parts
  }

  /** The values are where they belong; whether anybody has read them is not said. */
  delivered(subjects: readonly Subject[]): void {
    for (const subject of subjects) this.#say(subject, { says: 'delivered' })
  }

  /** From now on, until it is gone, this process lives and holds these. */
  holds(instance: string, subjects: readonly Subject[]): void {
    this.#holders.set(instance, subjects)
    this.#parts.pulse.soon()
  }

  loaded(instance: string, subjects: readonly Subject[]): void {
    for (const subject of subjects) this.#say(subject, { says: 'loaded', instance })
  }

  gone(instance: string): void {
    for (const subject of this.#holders.get(instance) ?? []) this.#say(subject, { says: 'stopped', instance })
    this.#holders.delete(instance)
  }

  /**
   * From now on nobody of this consumer has a version but from here: whoever is given none of it cannot use it. So the silence of a
   * program that was ended is proved, although none of its uses was ever seen.
   */
  covers(subjects: readonly Subject[]): void {
    const { clock, reporter } = this.#parts
    for (const { credential, consumer } of subjects) reporter.cover(credential, consumer, clock.nowMs())
  }

  /** Who is there. */
  get present(): (Subject & { instance: string })[] {
    return [...this.#holders].flatMap(([instance, subjects]) =>
      subjects.map(subject => ({ ...subject, instance })),
    )
  }

  #say(subject: Subject, more: Pick<StatementSaid, 'says'> & { instance?: string }): void {
    const { clock, pulse, reporter } = this.#parts
    reporter.say({ ...subject, ...more, atMs: clock.nowMs() })
    pulse.soon()
  }
}
