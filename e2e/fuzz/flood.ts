// A million observations from the future, with times as they are made up by a broken clock: none may count, and the record must not
// grow with them.

import type { Person } from '@rekey/demo'
import { type BenchAgent, proved } from '../../bench/api/agents.ts'

export interface Flood {
  sent: number
  refused: number
  folded: number
  eventsAdded: number
}

const batches = 100
const batchSize = 10_000
const path = '/api/v1/agent/observations'

export async function flood(
  address: string,
  person: Person,
  agents: readonly BenchAgent[],
  binding: { credential: string; consumer: string },
): Promise<Flood> {
  const before = await events(person)
  const found: Flood = { sent: 0, refused: 0, folded: 0, eventsAdded: 0 }
  const atMs = Date.now() + 10 * 60_000
  const statements = Array.from({ length: batchSize }, (_, at) => ({
    ...binding,
    version: 1,
    says: 'used',
    atMs: at % 100 === 0 ? 8.64e15 : atMs + at,
  }))
  const text = JSON.stringify(statements)
  const work = async (agent: BenchAgent, from: number) => {
    for (let at = from; at < batches; at += agents.length) {
      const body = `{"batch":"flood-${agent.id}-${at}","instance":"flood","statements":${text}}`
      const headers = Object.fromEntries(
        proved(agent, 'POST', path, body)
          .trim()
          .split('\r\n')
          .map(line => line.split(': ', 2) as [string, string]),
      )
      const sent = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body }
      const answer = await fetch(`${address}${path}`, sent)
      if (answer.status !== 200) throw new Error(`the flood is answered ${answer.status}`)
      const { refusedCount, folded } = (await answer.json()) as { refusedCount: number; folded: number }
      found.sent += batchSize
      found.refused += refusedCount
      found.folded += folded
    }
  }
  await Promise.all(agents.map(work))
  // What was refused is written down in a moment.
  await new Promise(resolve => setTimeout(resolve, 500))
  found.eventsAdded = (await events(person)) - before
  return found
}

async function events(person: Person): Promise<number> {
  let after = 0
  let count = 0
  for (;;) {
    const page = await person.ask<{ items: unknown[]; position: number; more: boolean }>(
      'GET',
      `/events?after=${after}&limit=1000`,
    )
    count += page.items.length
    after = page.position
    if (!page.more) return count
  }
}
