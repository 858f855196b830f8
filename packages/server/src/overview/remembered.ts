// What is remembered of everything, for whoever looks at all of it at once: a dashboard asks every few seconds and after each
// event, and ten thousand credentials are not read again for that. What is remembered is forgotten by the record, one credential at a time;
// an answer is never older than the question, as far as the feed has heard.
import type { Consumer, Version } from '@rekey/core'
import type { CredentialRow, RotationRow, RowPlace, Store } from '@rekey/store'
import type { Keep, Kept } from '../access/kept.ts'
import type { Assignments } from '../api/assignments.ts'
import type { Feed } from '../feed/feed.ts'
import { kindAndId } from '../runner/rows.ts'
import { type Days, daysOf } from './of-credential.ts'
import { inBatches, pageSize, pagesOf } from './pages.ts'

export interface CredentialKnown {
  row: CredentialRow
  /** The version that `current` names. */
  version: Version | null
  consumers: number
  /** The one that is open. */
  rotation: RotationRow | null
  days: Days
}

export interface Known {
  /** How far the record was read. */
  position: number
  /** By id, in the store's order at first. */
  credentials: ReadonlyMap<string, CredentialKnown>
  agents: ReadonlyMap<string, Kept['agent']>
  /** Those that are open. */
  signals: ReadonlyMap<string, Kept['signal']>
  proposals: ReadonlyMap<string, Kept['proposal']>
  /** Of which kills something was said since the last time. */
  kills: ReadonlySet<string>
  /** Of which credentials. */
  changed: ReadonlySet<string>
}

export interface Remembered {
  /** As of now; what was read before is brought up to date. One at a time. */
  read(): Promise<Known>
  /** Nobody looks any more. */
  forget(): void
}

interface Parts {
  store: Store
  keep: Keep
  feed: Pick<Feed, 'listen' | 'position'>
  assignments: Pick<Assignments, 'credentialOf'>
}

type Marks = Record<'credential' | 'rotation' | 'agent' | 'signal' | 'proposal', Set<string>>

interface State extends Pick<Known, 'agents' | 'signals' | 'proposals'> {
  credentials: Map<string, CredentialKnown>
  agents: Map<string, Kept['agent']>
  signals: Map<string, Kept['signal']>
  proposals: Map<string, Kept['proposal']>
  /** What was said of something since it was read. */
  marks: Marks
}

/** More than these are read faster all together. */
const mostMarked = 1_000

export function rememberedOf({ store, keep, feed, assignments }: Parts): Remembered {
  let state: State | null = null
  let kills = new Set<string>()
  feed.listen(events => {
    const marks = state?.marks
    for (const { stream } of events) {
      const [kind, id] = kindAndId(stream)
      if (kind === 'kill') kills.add(id)
      else if (marks !== undefined && Object.hasOwn(marks, kind)) marks[kind as keyof Marks].add(id)
    }
    if (marks !== undefined && marks.credential.size + marks.rotation.size > mostMarked) state = null
  })
  const begun = async (): Promise<State> => {
    const fresh: State = {
      credentials: new Map(),
      agents: new Map(),
      signals: new Map(),
      proposals: new Map(),
      marks: noMarks(),
    }
    // From here on it is marked what happens, so that it is read again the next time.
    state = fresh
    fresh.credentials = await everything(store)
    for (const { id, record } of await keep.all('agent')) put(fresh.agents, id, record, isActive)
    for (const { id, record } of await keep.all('signal')) put(fresh.signals, id, record, isOpen)
    for (const { id, record } of await keep.all('proposal')) fresh.proposals.set(id, record)
    return fresh
  }
  const goneOn = async (known: State): Promise<Set<string>> => {
    const { marks } = known
    known.marks = noMarks()
    for (const rotation of marks.rotation) {
      const owner = await assignments.credentialOf(rotation)
      if (owner !== null) marks.credential.add(owner)
    }
    await inBatches([...marks.credential], async id => {
      const one = await oneOf(store, id)
      if (one === null) known.credentials.delete(id)
      else known.credentials.set(id, one)
    })
    const { agents, signals, proposals } = known
    await inBatches([...marks.agent], async id => put(agents, id, await keep.get('agent', id), isActive))
    await inBatches([...marks.signal], async id => put(signals, id, await keep.get('signal', id), isOpen))
    await inBatches([...marks.proposal], async id => put(proposals, id, await keep.get('proposal', id)))
    return marks.credential
  }
  return {
    async read() {
      const position = feed.position()
      const told = kills
      kills = new Set()
      try {
        const changed = state === null ? new Set<string>() : await goneOn(state)
        // Too much may have happened while it was brought up to date.
        const { credentials, agents, signals, proposals } = state ?? (await begun())
        return { position, credentials, agents, signals, proposals, kills: told, changed }
      } catch (error) {
        state = null
        for (const kill of told) kills.add(kill)
        throw error
      }
    },
    forget() {
      state = null
    },
  }
}

const noMarks = (): Marks => ({
  credential: new Set(),
  rotation: new Set(),
  agent: new Set(),
  signal: new Set(),
  proposal: new Set(),
})

const isActive = ({ endedMs }: Kept['agent']) => endedMs === null
const isOpen = ({ state }: Kept['signal']) => state === 'open'

function put<T>(into: Map<string, T>, id: string, one: T | null, isWanted: (one: T) => boolean = () => true) {
  if (one !== null && isWanted(one)) into.set(id, one)
  else into.delete(id)
}

async function everything(store: Store): Promise<Map<string, CredentialKnown>> {
  const versions = new Map<string, Version>()
  const consumers = new Map<string, number>()
  const all = new Map<string, CredentialKnown>()
  for await (const one of pagesOf<Version, string>(
    after => store.currentVersions({ after, limit: pageSize }),
    version => version.credential,
  )) {
    versions.set(one.credential, one)
  }
  for await (const { credential } of pagesOf<Consumer, RowPlace>(
    after => store.allConsumers({ after, limit: pageSize }),
    ({ credential, id }) => ({ credential, id }),
  )) {
    consumers.set(credential, (consumers.get(credential) ?? 0) + 1)
  }
  const open: CredentialKnown[] = []
  for await (const row of pagesOf<CredentialRow, string>(
    after => store.credentials({ after, limit: pageSize }),
    credential => credential.id,
  )) {
    const version = versions.get(row.id) ?? null
    const count = consumers.get(row.id) ?? 0
    const one = { row, version, consumers: count, rotation: null, days: daysOf(row, version) }
    all.set(row.id, one)
    if (row.openRotation !== null) open.push(one)
  }
  await inBatches(open, async one => {
    one.rotation = await store.rotation(one.row.openRotation!)
  })
  return all
}

async function oneOf(store: Store, id: string): Promise<CredentialKnown | null> {
  const row = await store.credential(id)
  if (row === null) return null
  const [versions, consumers, rotation] = await Promise.all([
    store.versions(id),
    store.consumers(id),
    row.openRotation === null ? null : store.rotation(row.openRotation),
  ])
  const version = versions.find(one => one.number === row.currentVersion) ?? null
  return { row, version, consumers: consumers.length, rotation, days: daysOf(row, version) }
}
