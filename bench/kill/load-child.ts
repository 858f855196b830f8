// Sends batches of a thousand observations, each agent one after the other; put off, it waits as it is told to and sends again.
import { createSecretKey } from 'node:crypto'
import { createInterface } from 'node:readline'
import { type BenchAgent, proved } from '../api/agents.ts'

const address = process.argv[2] ?? ''
const path = '/api/v1/agent/observations'
let taken = 0

interface Told {
  credential: string
  consumers: string[]
  agents: { id: string; token: string; proofKey: string }[]
}

createInterface({ input: process.stdin }).on('line', line => {
  const { agents, ...about } = JSON.parse(line) as Told
  for (const { proofKey, ...one } of agents) {
    void send({ ...one, proofKey: createSecretKey(Buffer.from(proofKey, 'base64url')) }, about)
  }
})

async function send(agent: BenchAgent, { credential, consumers }: Omit<Told, 'agents'>): Promise<never> {
  for (let batch = 0; ; batch++) {
    const statements = Array.from({ length: 1_000 }, (_, at) => ({
      credential,
      consumer: consumers[at % consumers.length],
      version: 1,
      says: 'used',
      outcome: 'success',
      atMs: Date.now(),
    }))
    const body = JSON.stringify({
      batch: `${agent.id}-${batch}-${Date.now()}`,
      instance: agent.id,
      statements,
    })
    for (;;) {
      const headers = Object.fromEntries(
        proved(agent, 'POST', path, body)
          .trim()
          .split('\r\n')
          .map(one => one.split(': ', 2) as [string, string]),
      )
      const answer = await fetch(`${address}${path}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
      })
      await answer.arrayBuffer()
      if (answer.ok) {
        taken += 1_000
        break
      }
      await new Promise(resolve =>
        setTimeout(resolve, Number(answer.headers.get('retry-after') ?? 1) * 1_000),
      )
    }
  }
}

setInterval(() => console.log(taken), 250)
