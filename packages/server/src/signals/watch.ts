// Our own detectors, on every observation that counts, after it was taken in. They cost the intake next to nothing: a credential is read when
// it is seen first, in the background, and until then nothing is said of it. Whatever goes wrong here goes wrong here alone.
import {
  type Consumer,
  type Death,
  type Detected,
  type Habit,
  hourMs,
  look,
  newHabit,
  type Observation,
  ofDeadVersion,
  Secret,
  type Terms,
  termsOf,
} from '@rekey/core'
import type { Store } from '@rekey/store'
import type { Plane } from '../api/plane.ts'
import type { Journal } from '../journal.ts'
import type { Changes } from './changes.ts'
import { primer } from './prime.ts'
import type { Report, Task } from './record.ts'

export interface Watch {
  observed(observations: readonly Observation[]): void
  /** Everything that was begun in the background is done. */
  settled(): Promise<void>
}

export interface WatchParts {
  plane: () => Plane
  changes: Changes
  wake: () => void
  trouble: (error: unknown) => void
}

interface Watched {
  terms: Terms
  habit: Habit
}

/** What has to be known of a credential to judge a use of it. */
interface Facts {
  environment: string
  deaths: ReadonlyMap<number, Death>
  /** The version that was alive when it was looked at last. */
  alive: number
  consumers: ReadonlyMap<string, Watched>
  /** Names that consumers are known by at the target. */
  names: ReadonlySet<string>
  /** Of ghosts, and dead versions: what was told, until the hour is over. */
  told: Set<string>
  toldHour: number
}

const mostCredentials = 20_000
const mostTold = 50

export function watchOf({ plane, changes, wake, trouble }: WatchParts): Watch {
  const known = new Map<string, Facts | 'being read'>()
  const prime = primer(plane, trouble)
  const reading = new Set<Promise<unknown>>()
  const running = (work: Promise<unknown>) => {
    const one = work.catch(trouble).finally(() => reading.delete(one))
    reading.add(one)
  }
  changes.listen(credential => {
    const facts = known.get(credential)
    // What it is used to stays; what is registered is read again.
    if (facts !== undefined) running(read(credential, facts === 'being read' ? undefined : facts))
  })
  const read = async (credential: string, before?: Facts) => {
    const facts = await factsOf(plane(), credential, before)
    if (facts === null) known.delete(credential)
    else known.set(credential, facts)
  }
  const begin = (credential: string) => {
    if (known.size >= mostCredentials) known.delete(known.keys().next().value ?? '')
    known.set(credential, 'being read')
    running(
      read(credential).catch(error => {
        known.delete(credential)
        throw error
      }),
    )
  }
  const say = (one: Observation, facts: Facts, { kind, text }: Detected) => {
    running(told(plane(), one, facts.environment, kind, text).then(wake))
  }
  const see = (observations: readonly Observation[]) => {
    let credential = ''
    let facts: Facts | undefined
    let consumer: string | null = ''
    let watched: Watched | undefined
    for (const one of observations) {
      const { statement } = one
      if (statement.says !== 'used') continue
      if (one.credential !== credential) {
        credential = one.credential
        consumer = ''
        const seen = known.get(credential)
        if (seen === undefined) begin(credential)
        facts = typeof seen === 'object' ? seen : undefined
      }
      if (facts === undefined) continue
      if (one.consumer !== consumer) {
        consumer = one.consumer
        watched = consumer === null ? undefined : facts.consumers.get(consumer)
        if (watched !== undefined && !watched.habit.isPrimed)
          prime.begin(credential, consumer!, watched.habit)
      }
      const { version, atMs } = one
      if (version !== null && version !== facts.alive) {
        const odd = ofVersion(facts, version, one)
        if (odd !== null) say(one, facts, odd)
      }
      if (watched === undefined) {
        const ghost = ofGhost(facts, one)
        if (ghost !== null) say(one, facts, ghost)
        continue
      }
      for (const odd of look(watched.habit, watched.terms, statement, atMs)) say(one, facts, odd)
    }
  }
  return {
    observed(observations) {
      try {
        see(observations)
      } catch (error) {
        trouble(error)
      }
    },
    async settled() {
      while (reading.size > 0) await Promise.all(reading)
      await prime.settled()
    },
  }
}

function ofVersion(
  facts: Facts,
  version: number,
  { statement, atMs, consumer }: Observation,
): Detected | null {
  const death = facts.deaths.get(version)
  if (death === undefined) {
    facts.alive = version
    return null
  }
  const odd = statement.says === 'used' ? ofDeadVersion(statement, version, death, atMs) : null
  return odd !== null && once(facts, `${odd.kind} ${version} ${consumer ?? ''}`, atMs) ? odd : null
}

/** Somebody whom no one registered; where the target knows a consumer by that name it is that one. */
function ofGhost(facts: Facts, { consumer, seenAs, statement, atMs }: Observation): Detected | null {
  const name = consumer ?? seenAs
  if (name === null || facts.names.has(name)) return null
  if (statement.says !== 'used' || statement.outcome === 'auth-failure') return null
  if (!once(facts, `ghost ${name}`, atMs)) return null
  return { kind: 'ghost-use', text: `Used by ${JSON.stringify(name.slice(0, 100))}, whom nobody registered.` }
}

function once(facts: Facts, what: string, atMs: number): boolean {
  const hour = Math.floor(atMs / hourMs)
  if (hour > facts.toldHour) {
    facts.toldHour = hour
    facts.told.clear()
  }
  if (facts.told.has(what) || facts.told.size >= mostTold) return false
  facts.told.add(what)
  return true
}

async function factsOf(
  { ground: { store }, orders }: Plane,
  id: string,
  before?: Facts,
): Promise<Facts | null> {
  const [row, versions, consumers] = await Promise.all([
    store.credential(id),
    store.versions(id),
    store.consumers(id),
  ])
  if (row === null) return null
  const deaths = new Map<number, Death>()
  for (const { number, compromised, state, endedAtMs } of versions) {
    const order = compromised ? orders.book.find(id, number) : undefined
    if (order !== undefined) deaths.set(number, { since: order.atMs, how: 'killed' })
    else if ((state === 'destroyed' || state === 'dead') && endedAtMs !== null)
      deaths.set(number, { since: endedAtMs, how: compromised ? 'killed' : 'retired' })
  }
  const watched = (one: Consumer): [string, Watched] => {
    const known = before?.consumers.get(one.id)
    return [one.id, { terms: termsOf(one.pact), habit: known?.habit ?? newHabit() }]
  }
  return {
    environment: row.record.environment,
    deaths,
    alive: 0,
    consumers: new Map(consumers.map(watched)),
    names: new Set(consumers.flatMap(one => [one.id, ...(one.seenAs ?? [])])),
    told: before?.told ?? new Set(),
    toldHour: before?.toldHour ?? 0,
  }
}

/** On the list like what others say; the same of the same hour is the same, whichever control plane has seen it. */
async function told(
  { ground, keep }: Plane,
  { credential, consumer, seenAs, version, atMs, source }: Observation,
  environment: string,
  kind: Detected['kind'],
  text: string,
): Promise<void> {
  if (kind === 'ghost-use' && (await isDismissed(ground.store, credential, consumer ?? seenAs ?? ''))) return
  const hour = Math.floor(atMs / hourMs)
  const who = consumer ?? `ghost ${seenAs ?? ''}`
  const eventId = ground.vault
    .fingerprint(new Secret([kind, credential, who, version, hour, text].join('\n')))
    .slice('hmac-sha256:'.length)
  const guards = [`detector/${eventId}`]
  if ((await keep.get('signal-seen', guards[0]!)) !== null) return
  const report: Report = {
    source: `detector/${kind}`,
    eventId,
    receivedMs: ground.nowMs(),
    auth: { scheme: 'internal', key_id: null, verified: true },
    kind,
    environments: [environment],
    fingerprint: null,
    handle: null,
    hint: { credential, version },
    own: null,
    alert: null,
    confidence: kind === 'dead-version-success' ? 0.95 : 0.5,
    public: false,
    evidence: eventId,
    locations: [`${who}, told by ${source}`.slice(0, 500)],
    summary: text,
  }
  const task: Task = { do: 'judge', report, guards, attempts: 0, nextMs: 0 }
  await keep.once('signal-task', `in/detector/${eventId}`, task, null)
}

async function isDismissed(store: Store, credential: string, name: string): Promise<boolean> {
  const { ghosts } = await store.ledger(credential)
  return ghosts.some(one => one.seenAs === name && one.state === 'dismissed')
}

/** From here on it hears of every batch that counts. Answers how it stops. */
export function watching(journal: Journal, watch: Watch): () => void {
  const before = journal.observed
  journal.observed = observations => {
    before?.(observations)
    watch.observed(observations)
  }
  return () => {
    if (before === undefined) delete journal.observed
    else journal.observed = before
  }
}
