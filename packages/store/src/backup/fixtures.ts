// A store with something in every table, and all of a store's rows side by side.
import { randomBytes } from 'node:crypto'
import { Secret } from '@rekey/core'
import {
  append,
  batchOf,
  commitOf,
  committed,
  consumer,
  credentialRow,
  minuteMs,
  nowMs,
  observation,
  rotationRow,
  version,
} from '../conformance/setting.ts'
import type { Claimed, Store, Write } from '../contract.ts'
import { rootKeyFrom } from '../values/root-key.ts'
import { openVault } from '../values/vault.ts'
import { openSnapshot } from './open.ts'
import { fleetingKinds, type Place } from './place.ts'

export const rootKey = rootKeyFrom(randomBytes(32))
export const secretText = 'swordfish-in-the-open'

/** Answers the lease that somebody holds while the backup is taken. */
export async function fill(store: Store): Promise<Claimed> {
  const vault = await openVault(store, rootKey)
  await store.putKeyOnce(vault.sealKey('log', Buffer.from(secretText)))
  const [first, second] = await committed(store, {
    fence: null,
    appends: [append('credential/doc', 0, 'registered', 'changed'), append('rotation/r1', 0, 'planned')],
    writes: [
      { put: 'credential', row: credentialRow('doc', { openRotation: 'r1', nextRotationMs: nowMs + 1 }) },
      { put: 'credential', row: credentialRow('größe \u2028 "\\ 🔑') },
      { put: 'consumer', row: consumer('doc', 'web') },
      { put: 'version', row: version('doc', 1) },
      { put: 'rotation', row: rotationRow('r1', 'doc') },
      { put: 'assignment', row: { credential: 'doc', consumer: 'web', version: 1, sinceMs: nowMs } },
      { put: 'sealed', row: vault.seal('doc', 1, new Secret(secretText)) },
      { put: 'record', row: { kind: 'person', id: 'p-1', record: { name: 'Größe' }, expiresMs: null } },
      ...fleetingKinds.map((kind): Write => {
        return { put: 'record', row: { kind, id: 'x', record: {}, expiresMs: nowMs + minuteMs } }
      }),
      { put: 'due', subject: 'credential/doc', atMs: nowMs },
      { put: 'due', subject: 'rotation/r1', atMs: null },
    ],
  })
  await store.observe(
    batchOf([
      observation(),
      observation({ consumer: null, seenAs: 'somebody' }),
      observation({ consumer: null, statement: { says: 'covered', fromMs: nowMs - minuteMs } }),
    ]),
  )
  const tile = { level: 0, n: 0, bytes: new Uint8Array([0, 10, 13, 34, 92, 128, 255]) }
  await store.seal({ expectedSize: 0, positions: [first!, second!], tiles: [tile], checkpoint: 'c2\nc2' })
  const lease = await store.claimOne('rotation/r1', { holder: 'h1', nowMs, leaseMs: minuteMs })
  return lease!
}

/** Commits in which a credential and its stream say the same, as fast as the store takes them, until stopped. */
export function keepWriting(store: Store): { stop(): Promise<number> } {
  let isStopped = false
  const write = async () => {
    let seq = 0
    while (!isStopped) {
      const row = credentialRow('busy', { seq: seq + 1, lastVersion: seq + 1 })
      await committed(store, commitOf([append('busy', seq, 'beat')], [{ put: 'credential', row }]))
      seq += 1
    }
    return seq
  }
  const writing = write()
  return {
    stop() {
      isStopped = true
      return writing
    },
  }
}

export type Content = Record<string, string[]>

/** Every row of every table as text, sorted. */
export async function contentOf(place: Place): Promise<Content> {
  const snapshot = await openSnapshot(place)
  try {
    const content: Content = {}
    for (const table of await snapshot.tables()) {
      const names = table.columns.map(column => column.name)
      const lines: string[] = []
      for await (const rows of snapshot.rows(table)) {
        for (const row of rows) {
          const pairs = names.map((name, at) => [name, shown(row[at])] as const)
          lines.push(JSON.stringify(Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)))))
        }
      }
      content[table.name] = lines.sort()
    }
    return content
  } finally {
    await snapshot.end()
  }
}

const shown = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value)

/** Without what a restore changes on purpose: the fence, the leases, and what does not outlive a backup. */
export function lasting(content: Content): Content {
  const due = (content['due'] ?? []).map(line =>
    JSON.stringify([JSON.parse(line).subject, JSON.parse(line).at_ms]),
  )
  const meta = (content['meta'] ?? []).filter(line => JSON.parse(line).name !== 'fenced')
  const records = (content['records'] ?? []).filter(line => !fleetingKinds.includes(JSON.parse(line).kind))
  return { ...content, due, meta, records }
}
