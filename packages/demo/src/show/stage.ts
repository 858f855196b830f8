// The state of the story, as terminal and browser show it: the act, what was said, the consumers, the keys, what Rekey misses, and the kill.
import { members } from '../platform/members.ts'
import type { Platform } from '../platform/platform.ts'
import { Tally } from '../platform/tally.ts'
import { type Card, cardOf } from './card.ts'
import { KeyBook, type KeyLine } from './keys.ts'

export type ActNumber = 1 | 2 | 3
export type Tone = 'plain' | 'good' | 'bad' | 'rekey'

export interface Said {
  number: number
  act: ActNumber | 0
  atMs: number
  tone: Tone
  text: string
}

/** Something that Rekey asked for before it would retire the old version. */
export interface Demand {
  who: string
  gate: string
  text: string
  isMet: boolean
}

export interface KillShown {
  holders: { name: string; afterMs: number | null; isConfirmed: boolean }[]
  attackerUses: number
  attackerRefused: number
  attackerLastUseAfterMs: number | null
  providerRefusedAfterMs: number | null
}

export interface Snapshot {
  act: ActNumber | 0
  title: string
  isPaused: boolean
  isOver: boolean
  elapsedMs: number
  said: readonly Said[]
  cards: readonly Card[]
  keys: readonly KeyLine[]
  /** Where the rotation stands, in a few words; null: there is none. */
  step: string | null
  demands: readonly Demand[]
  kill: KillShown | null
  jobs: { done: number; failed: number; degraded: number }
  dashboard: { address: string; person: string; password: string } | null
  /** Of the acts that were played, in a few words. */
  results: Partial<Record<ActNumber, string>>
}

export const actTitles: Record<ActNumber, string> = {
  1: 'The usual way',
  2: 'With Rekey',
  3: 'A leak',
}

export interface View {
  said(line: Said): void
  changed(): void
}

const saidKept = 200

export class Stage {
  readonly keys = new KeyBook()
  act: ActNumber | 0 = 0
  isPaused = false
  isOver = false
  step: string | null = null
  demands: Demand[] = []
  kill: KillShown | null = null
  dashboard: Snapshot['dashboard'] = null
  results: Partial<Record<ActNumber, string>> = {}
  platform: Platform | null = null
  /** What the ledger says, by consumer. */
  truths: ReadonlyMap<string, string> = new Map()
  ghosts: ReadonlySet<string> = new Set()
  readonly #said: Said[] = []
  readonly #views = new Set<View>()
  #beganMs = performance.now()
  #number = 0

  watch(view: View): () => void {
    this.#views.add(view)
    return () => this.#views.delete(view)
  }

  /** To the beginning of an act: what belonged to the one before is gone, but for what was said. */
  begin(act: ActNumber | 0): void {
    this.act = act
    this.step = null
    this.demands = []
    this.kill = null
    this.truths = new Map()
    this.ghosts = new Set()
    this.changed()
  }

  reset(): void {
    this.#said.length = 0
    this.#beganMs = performance.now()
    this.isOver = false
    this.act = 0
    this.results = {}
    this.changed()
  }

  say(text: string, tone: Tone = 'plain'): void {
    const line = {
      number: ++this.#number,
      act: this.act,
      atMs: performance.now() - this.#beganMs,
      tone,
      text,
    }
    this.#said.push(line)
    if (this.#said.length > saidKept) this.#said.shift()
    for (const view of this.#views) view.said(line)
    this.changed()
  }

  changed(): void {
    for (const view of this.#views) view.changed()
  }

  get elapsedMs(): number {
    return performance.now() - this.#beganMs
  }

  snapshot(): Snapshot {
    const cards = this.#cards()
    const sum = (of: (card: Card) => number) => cards.reduce((total, one) => total + of(one), 0)
    return {
      act: this.act,
      title: this.act === 0 ? 'Setting the stage' : actTitles[this.act],
      isPaused: this.isPaused,
      isOver: this.isOver,
      elapsedMs: Math.round(this.elapsedMs),
      said: [...this.#said],
      cards,
      keys: this.keys.lines,
      step: this.step,
      demands: this.demands.map(one => ({ ...one })),
      kill: this.kill,
      jobs: {
        done: sum(one => one.done),
        failed: sum(one => one.failed),
        degraded: sum(one => one.degraded),
      },
      dashboard: this.dashboard,
      results: { ...this.results },
    }
  }

  /** Before the curtain rises they are there as well, and have done nothing yet. */
  #cards(): Card[] {
    const { platform } = this
    const tally = platform?.tally ?? new Tally(members.map(one => one.id))
    const nowMs = performance.timeOrigin + performance.now()
    return members.map(member =>
      cardOf(
        {
          member,
          count: tally.of(member.id),
          held: [...(platform?.held.get(member.id)?.values() ?? [])],
          hasRekey: platform?.hasRekey(member.id) ?? false,
          truth: this.truths.get(member.id) ?? null,
          isGhost: this.ghosts.has(member.id),
          nowMs,
        },
        this.keys,
      ),
    )
  }
}
