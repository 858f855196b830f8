// Observations over HTTP: batches of a thousand single statements from several agents at once, each acknowledged when it is
// durable.
import { type BenchAgent, proved } from './agents.ts'
import { sendAll } from './sockets.ts'

export interface ObservationFigures {
  perSecond: number
  batch: number
  sent: number
}

const batchSize = 1_000
const path = '/api/v1/agent/observations'

export async function measureObservations(
  address: string,
  credential: string,
  consumers: readonly string[],
  agents: readonly BenchAgent[],
  batchesEach: number,
): Promise<ObservationFigures> {
  const host = new URL(address).host
  const request = (agent: BenchAgent, batch: number) => {
    const body = JSON.stringify({
      batch: `${agent.id}-${batch}-${Date.now()}`,
      instance: `${agent.id}-1`,
      statements: Array.from({ length: batchSize }, (_, at) => ({
        credential,
        consumer: consumers[at % consumers.length],
        version: 1,
        says: 'used',
        outcome: 'success',
        atMs: Date.now(),
      })),
    })
    const head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`
    return `${head}${proved(agent, 'POST', path, body)}\r\n${body}`
  }
  const lists = (each: number, from: number) =>
    agents.map(agent => Array.from({ length: each }, (_, at) => request(agent, from + at)))
  await sendAll(address, lists(2, 0))
  const tookMs = await sendAll(address, lists(batchesEach, 2))
  const sent = agents.length * batchesEach * batchSize
  return { perSecond: (sent * 1_000) / tookMs, batch: batchSize, sent }
}
