// Observations as fast as the control plane takes them, from a process of its own, while it kills.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Person } from '@rekey/demo'
import { agentsOf, registerKey } from '../api/agents.ts'

const consumers = Array.from({ length: 50 }, (_, at) => `loaded-${at}`)

export interface Load {
  /** How many observations were taken so far. */
  taken(): number
  stop(): void
}

export async function startLoad(person: Person, address: string): Promise<Load> {
  const credential = 'loaded'
  await registerKey(
    person,
    credential,
    consumers.map(id => ({
      id,
      name: id,
      behaviour: 'background-job',
      observability: 'sdk',
      reload: { how: 'every-use' },
    })),
    { handle: 'loaded-1', value: 'a-value-of-a-usual-length-for-a-loaded-one-0123456789' },
  )
  const bindings = consumers.map(consumer => ({ credential, consumer }))
  const agents = await agentsOf(person, address, 8, bindings, 'load')
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'load-child.ts'), address], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const told = agents.map(({ proofKey, ...agent }) => ({
    ...agent,
    proofKey: proofKey.export().toString('base64url'),
  }))
  let taken = 0
  child.stdout!.on('data', part => {
    const line = String(part).trim().split('\n').at(-1)!
    taken = Number(line)
  })
  child.stdin!.write(`${JSON.stringify({ credential, consumers, agents: told })}\n`)
  return {
    taken: () => taken,
    stop() {
      child.kill('SIGKILL')
    },
  }
}
