// An entry as a row keeps it: arrays instead of objects. Its names would be four fifths of the text, and each batch of
// observations reads and writes one text for every consumer that it speaks of.
import type { Entry, InstanceFacts, VersionFacts } from '@rekey/core'

type Instant = number | null
type PackedVersion = [version: number, instants: Instant[], lanes: (string | number)[]]
type PackedInstance = [
  instance: string,
  version: number | null,
  since: number,
  lastSeen: number,
  stopped: Instant,
]
type Packed = [
  format: 1,
  versions: PackedVersion[],
  instances: PackedInstance[],
  unknownUse: Instant,
  covered: [number, number] | null,
  fallback: ['confirmed' | 'disabled', number] | null,
  /** Minute, uses, failures; and the next. */
  minutes: number[],
  lastSeen: Instant,
]

export function packEntry(entry: Entry): string {
  const { covered, fallback } = entry
  const minutes: number[] = []
  for (const one of entry.minutes) minutes.push(one.minuteMs / 60_000, one.uses, one.authFailures)
  const packed: Packed = [
    1,
    entry.versions.map(packVersion),
    entry.instances.map(one => [one.instance, one.version, one.sinceMs, one.lastSeenMs, one.stoppedMs]),
    entry.unknownUseMs,
    covered === null ? null : [covered.fromMs, covered.toMs],
    fallback === null ? null : [fallback.state, fallback.atMs],
    minutes,
    entry.lastSeenMs,
  ]
  return JSON.stringify(packed)
}

export function unpackEntry(credential: string, consumer: string, text: string): Entry {
  const packed = JSON.parse(text) as Packed
  const [, versions, instances, unknownUseMs, covered, fallback, numbers, lastSeenMs] = packed
  const minutes = []
  for (let at = 0; at < numbers.length; at += 3) {
    minutes.push({ minuteMs: numbers[at]! * 60_000, uses: numbers[at + 1]!, authFailures: numbers[at + 2]! })
  }
  return {
    credential,
    consumer,
    versions: versions.map(unpackVersion),
    instances: instances.map(unpackInstance),
    unknownUseMs,
    covered: covered === null ? null : { fromMs: covered[0], toMs: covered[1] },
    fallback: fallback === null ? null : { state: fallback[0], atMs: fallback[1] },
    minutes,
    lastSeenMs,
  }
}

function packVersion(facts: VersionFacts): PackedVersion {
  const lanes: (string | number)[] = []
  for (const { lane, lastSuccessMs } of facts.lanes) lanes.push(lane, lastSuccessMs)
  return [
    facts.version,
    [
      facts.deliveredMs,
      facts.loadedMs,
      facts.firstSuccessMs,
      facts.lastSuccessMs,
      facts.lastUseMs,
      facts.lastDegradedMs,
      facts.firstAuthFailureMs,
      facts.lastAuthFailureMs,
      facts.lastFallbackMs,
      facts.lastExceptionMs,
      facts.lastExceptionFailureMs,
    ],
    lanes,
  ]
}

function unpackVersion([version, instants, packedLanes]: PackedVersion): VersionFacts {
  const lanes = []
  for (let at = 0; at < packedLanes.length; at += 2) {
    lanes.push({ lane: packedLanes[at] as string, lastSuccessMs: packedLanes[at + 1] as number })
  }
  return {
    version,
    deliveredMs: instants[0]!,
    loadedMs: instants[1]!,
    firstSuccessMs: instants[2]!,
    lastSuccessMs: instants[3]!,
    lastUseMs: instants[4]!,
    lastDegradedMs: instants[5]!,
    firstAuthFailureMs: instants[6]!,
    lastAuthFailureMs: instants[7]!,
    lastFallbackMs: instants[8]!,
    lastExceptionMs: instants[9]!,
    lastExceptionFailureMs: instants[10]!,
    lanes,
  }
}

function unpackInstance([instance, version, sinceMs, lastSeenMs, stoppedMs]: PackedInstance): InstanceFacts {
  return { instance, version, sinceMs, lastSeenMs, stoppedMs }
}
