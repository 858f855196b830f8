// What a world with kills has beside the usual: what was killed, who may hold it, and who throws forgeries at them.
import type { SigningKey } from '@rekey/server'
import type { Holder } from './holder.ts'

export interface KilledVersion {
  version: number
  kill: string
  epoch: number
  text: string
  /** When it stood in the record, by the world's time. */
  atMs: number
  /** For how many steps a control plane could have begun to end it, and has not. */
  waited: number
}

/** Whoever stole the key that signs: he may say that versions are dead, and nothing else. */
export interface Thief {
  key: SigningKey | null
  /** Its successor is known to the control planes. */
  isReplaced: boolean
  /** Versions that somebody believed him to be dead. */
  declared: Set<number>
  /** Of these, what was killed for good since. */
  undone: Set<number>
}

export interface Kills {
  killed: Map<number, KilledVersion>
  holders: Holder[]
  /** The rings that control planes published, the oldest first. */
  rings: string[]
  /** The thumbprints of the first one, as an operator would write them down; null: there is none yet. */
  pins: readonly string[] | null
  thief: Thief
  hasThief: boolean
  /** How many kills are still to come. */
  left: number
  /** At the wished-for place too: at most so many. */
  leftAtPlace: number
  isBusy: boolean
  /** Asked for and not answered: asked again, until somebody answers. */
  unanswered: (() => Promise<boolean>)[]
  /** The last one, by the world's time. */
  lastMs: number
  /** Uses of a killed version by somebody who said that he had applied the order, as the control planes heard of them. */
  heardOfCheats: Map<string, { consumer: string; version: number; atMs: number }>
}

export const noKills = (left: number, hasThief: boolean): Kills => ({
  killed: new Map(),
  holders: [],
  rings: [],
  pins: null,
  thief: { key: null, isReplaced: false, declared: new Set(), undone: new Set() },
  hasThief,
  left,
  leftAtPlace: 2,
  isBusy: false,
  unanswered: [],
  lastMs: Number.NEGATIVE_INFINITY,
  heardOfCheats: new Map(),
})
