// Every call, once. Both engines read this list; it says what kind of transaction each needs.
import type { CallName, Calls } from '../contract.ts'
import type { ScriptOf } from '../script.ts'
import * as across from './across.ts'
import { buckets, closeBuckets } from './buckets.ts'
import { commit } from './commit.ts'
import { claim, claimOne, release, renew, wake } from './due.ts'
import { key, putKeyOnce, rewrap, sealed, sealedNotUnder } from './keys.ts'
import { check, meta, setMeta } from './meta.ts'
import { observe } from './observe.ts'
import * as read from './read.ts'
import { clearExpired, putRecordOnce, record, records } from './records.ts'
import { leaf, leaves, logState, seal, tiles, unsealed } from './seal.ts'

export type Scripts = {
  readonly [K in CallName]: {
    readonly writes: boolean
    /** All its statements must see the same moment. (On SQLite a script is never interrupted, so they do.) */
    readonly together?: boolean
    readonly run: ScriptOf<Parameters<Calls[K]>, ReturnType<Calls[K]>>
  }
}

const reads = <A extends unknown[], T>(run: ScriptOf<A, T>) => ({ writes: false, run })
const readsTogether = <A extends unknown[], T>(run: ScriptOf<A, T>) => ({
  writes: false,
  together: true,
  run,
})
const writes = <A extends unknown[], T>(run: ScriptOf<A, T>) => ({ writes: true, run })

export const scripts: Scripts = {
  commit: writes(commit),
  stream: reads(read.stream),
  events: reads(read.events),
  lastPosition: reads(read.lastPosition),
  eventsBefore: reads(across.eventsBefore),
  credential: reads(read.credential),
  credentials: reads(read.credentials),
  consumers: reads(read.consumers),
  allConsumers: reads(across.allConsumers),
  versions: reads(read.versions),
  currentVersions: reads(across.currentVersions),
  assignments: reads(read.assignments),
  rotation: reads(read.rotation),
  rotationFacts: readsTogether(read.rotationFacts),
  rotations: reads(read.rotations),
  claim: writes(claim),
  claimOne: writes(claimOne),
  renew: writes(renew),
  release: writes(release),
  wake: writes(wake),
  observe: writes(observe),
  ledger: reads(read.ledger),
  allGhosts: reads(across.allGhosts),
  openGhosts: reads(across.openGhosts),
  buckets: reads(buckets),
  closeBuckets: writes(closeBuckets),
  sealed: reads(sealed),
  sealedNotUnder: reads(sealedNotUnder),
  rewrap: writes(rewrap),
  key: reads(key),
  putKeyOnce: writes(putKeyOnce),
  record: reads(record),
  records: reads(records),
  putRecordOnce: writes(putRecordOnce),
  clearExpired: writes(clearExpired),
  logState: reads(logState),
  unsealed: reads(unsealed),
  tiles: reads(tiles),
  seal: writes(seal),
  leaf: reads(leaf),
  leaves: reads(leaves),
  meta: reads(meta),
  setMeta: writes(setMeta),
  check: writes(check),
}

export const callNames = Object.keys(scripts) as CallName[]
