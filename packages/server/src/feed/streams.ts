// All open streams of this control plane. People hear events, from a cursor on; agents hear what they are assigned: a stream
// begins with how things stand and goes on with what changes, so that nothing is missed whatever was before.

import type { Store, StoredEvent } from '@rekey/store'
import type { AgentNews, Binding, EventView } from '@rekey/wire'
import type { Assignments } from '../api/assignments.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Feed } from './feed.ts'
import { frameOf, type Line } from './line.ts'
import { type Concern, concernOf, viewOf } from './seen.ts'

export interface AgentSeat {
  agent: string
  /** Which process of it this is, if it has said so. */
  instance: string | null
  bindings: readonly Binding[]
  hear(message: AgentNews, frame: string): void
  /** What goes before everything else: kill orders, and the keys that they are signed with. */
  tell(frame: string | Buffer): void
  beat(): void
  end(): void
}

export interface PersonSeat {
  person: string
  wants(event: EventView): boolean
  line: Line
}

export interface Streams {
  addAgent(seat: AgentSeat): () => void
  /** From the cursor on, or from now. */
  addPerson(seat: PersonSeat, after: number | null): Promise<() => void>
  /** What the bindings are assigned now. */
  now(bindings: readonly Binding[]): Promise<{ messages: AgentNews[]; position: number }>
  /** Whoever is bound to that credential and listens here. */
  seatsOf(credential: string): Iterable<AgentSeat>
  /** Written to each of them at once, to nobody twice; answers how many they are. */
  order(credential: string, frame: Buffer): number
  toAll(frame: string): void
  /** Did anything about these credentials change after that position, as far as is known? */
  changedSince(bindings: readonly Binding[], position: number): boolean
  /** Everything up to here was told. The feed may be ahead. */
  position(): number
  count(): { agents: number; people: number }
  /** To be called ten times for a sign of life to everyone: all at once would hold everything else up. */
  beat(): void
  stop(): void
}

interface Listening extends PersonSeat {
  position: number
  isLive: boolean
}

const pageSize = 500

export function streamsOf(store: Store, feed: Feed, assignments: Assignments, metrics: Metrics): Streams {
  const agents = new Map<string, Set<AgentSeat>>()
  const people = new Set<Listening>()
  const lastChange = new Map<string, number>()
  const startPosition = feed.position()
  const seats = new Set<AgentSeat>()
  /** What changed up to here is known, or not known at all up to there. */
  let toldTo = startPosition
  let unheardTo = 0
  let beats = 0
  let turn: Promise<unknown> = Promise.resolve()

  const tellPeople = (views: readonly EventView[]) => {
    for (const one of people) if (one.isLive) give(one, views)
  }
  const give = (one: Listening, views: readonly EventView[]) => {
    for (const view of views) {
      if (view.position <= one.position) continue
      one.position = view.position
      if (!one.wants(view)) continue
      metrics.count('rekey_stream_messages_total')
      if (!one.line.write(frameOf(view.position, view))) {
        metrics.count('rekey_stream_dropped_total')
        return
      }
    }
  }
  const tellAgents = async (concern: Concern) => {
    lastChange.set(concern.credential, concern.position)
    const concerned = agents.get(concern.credential)
    if (concerned === undefined || concerned.size === 0) return
    const assigned = await assignments.of(concern.credential)
    const frames = new Map<string, { message: AgentNews; frame: string }>()
    for (const seat of concerned) {
      for (const { credential, consumer } of seat.bindings) {
        if (credential !== concern.credential) continue
        if (concern.consumers !== null && !concern.consumers.includes(consumer)) continue
        let made = frames.get(consumer)
        if (made === undefined) {
          const { position, type, atMs } = concern
          const version = assigned?.consumers.get(consumer)?.version ?? null
          const message: AgentNews = { position, type, credential, consumer, version, atMs }
          made = { message, frame: frameOf(position, message) }
          frames.set(consumer, made)
        }
        metrics.count('rekey_stream_messages_total')
        seat.hear(made.message, made.frame)
      }
    }
  }
  const hear = async (events: readonly StoredEvent[]) => {
    endOf(events)
    const views: EventView[] = []
    for (const event of events) views.push(await viewOf(event, assignments))
    tellPeople(views)
    for (const view of views) {
      const concern = concernOf(view)
      if (concern !== null) await tellAgents(concern)
    }
  }
  /** Whoever's access changed is sent away, and shows anew what they have. */
  const endOf = (events: readonly StoredEvent[]) => {
    for (const { stream, type, data } of events) {
      const [kind, id] = stream.split('/', 2) as [string, string?]
      if (kind === 'agent' || (kind === 'agent-key' && type === 'agentKeyEnded')) {
        const agent = kind === 'agent' ? id : (JSON.parse(data) as { agent: string }).agent
        for (const seat of [...seats]) if (seat.agent === agent) seat.end()
      } else if ((kind === 'person' || kind === 'token' || kind === 'session') && type !== 'signedIn') {
        const person = kind === 'person' ? id : (JSON.parse(data) as { person?: string }).person
        for (const one of [...people]) if (one.person === person) one.line.end()
      }
    }
  }
  const endAll = () => {
    for (const one of [...people]) one.line.end()
    for (const seat of [...seats]) seat.end()
  }
  const ignore = feed.listen(events => {
    const last = events.at(-1)?.position ?? 0
    turn = turn
      .then(() => hear(events))
      // What could not be told is heard by whoever comes again: they begin where they were, or with how things stand.
      .catch(() => {
        unheardTo = last
        endAll()
      })
      .finally(() => {
        toldTo = last
      })
  })
  const catchUp = async (one: Listening) => {
    while (one.line.open) {
      const events = await store.events(one.position, pageSize)
      const views: EventView[] = []
      for (const event of events) views.push(await viewOf(event, assignments))
      // A page may be more than a line holds: it goes on as it is read.
      for (const view of views) {
        await one.line.room()
        give(one, [view])
      }
      one.position = Math.max(one.position, events.at(-1)?.position ?? 0)
      if (events.length < pageSize) {
        // Between this look and now nothing else can run: what comes later comes through the feed, in its turn.
        one.isLive = true
        if (one.position >= feed.position()) return
        one.isLive = false
      }
    }
  }
  return {
    addAgent(seat) {
      seats.add(seat)
      for (const { credential } of seat.bindings) {
        const known = agents.get(credential)
        if (known === undefined) agents.set(credential, new Set([seat]))
        else known.add(seat)
      }
      let left = false
      return () => {
        if (left) return
        left = true
        seats.delete(seat)
        for (const { credential } of seat.bindings) {
          const known = agents.get(credential)
          known?.delete(seat)
          if (known?.size === 0) agents.delete(credential)
        }
      }
    },
    async addPerson(seat, after) {
      const position = after ?? (await store.lastPosition())
      const one: Listening = { ...seat, position, isLive: false }
      const leave = () => void people.delete(one)
      people.add(one)
      // A cursor from the beginning: whoever is cut off before the first message comes again to the same place.
      if (after === null) one.line.write(`id: ${position}\n\n`)
      try {
        // What is on its way through the feed just now may not have been told yet: it is in the store.
        await catchUp(one)
      } catch (error) {
        leave()
        throw error
      }
      return leave
    },
    async now(bindings) {
      const messages: AgentNews[] = []
      const position = feed.position()
      for (const { credential, consumer } of bindings) {
        const one = (await assignments.of(credential))?.consumers.get(consumer)
        const version = one?.version ?? null
        messages.push({ position, type: 'assigned', credential, consumer, version, atMs: one?.sinceMs ?? 0 })
      }
      return { messages, position }
    },
    changedSince(bindings, position) {
      if (position < Math.max(startPosition, unheardTo)) return true
      return bindings.some(({ credential }) => (lastChange.get(credential) ?? 0) > position)
    },
    seatsOf: credential => agents.get(credential) ?? [],
    order(credential, frame) {
      const some = agents.get(credential)
      if (some === undefined) return 0
      for (const seat of some) seat.tell(frame)
      return some.size
    },
    toAll(frame) {
      for (const seat of seats) seat.tell(frame)
    },
    position: () => toldTo,
    count: () => ({ agents: seats.size, people: people.size }),
    beat() {
      const turn = beats++ % 10
      let at = 0
      for (const seat of seats) if (at++ % 10 === turn) seat.beat()
      for (const one of people) if (at++ % 10 === turn) one.line.write(':\n\n')
    },
    stop() {
      ignore()
      endAll()
    },
  }
}
