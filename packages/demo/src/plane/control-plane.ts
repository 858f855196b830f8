// A control plane as a process of its own, as a person starts one, and that person: for the demo, the end-to-end programs and the benches.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { join } from 'node:path'

export interface ControlPlane {
  address: string
  setUpLink: string | null
  readyMs: number
  pid: number
  /** What it printed last. */
  output(): string
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>
  stop(): Promise<void>
}

const main = join(import.meta.dirname, '../../../server/src/main.mjs')
const leash = new URL('leash-child.ts', import.meta.url).href
/** A busy machine is slow to start one; one that hangs is told of. */
const readyWithinMs = 90_000

/** On a leash it ends with whoever started it, also where that dies without a word. */
export function startControlPlane(
  environment: Record<string, string>,
  isLeashed = false,
): Promise<ControlPlane> {
  const beganMs = performance.now()
  const child = spawn(process.execPath, [...(isLeashed ? ['--import', leash] : []), main], {
    env: { REKEY_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', ...(isLeashed ? (['ipc'] as const) : [])],
  })
  let output = ''
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()))
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail('it was not ready in time'), readyWithinMs)
    const fail = (why: string) => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(new Error(`the control plane did not start: ${why}\n${output.slice(-4_000)}`))
    }
    const isOver = () => fail(`it ended with ${child.exitCode ?? child.signalCode}`)
    child.once('close', isOver)
    const keep = (part: Buffer) => {
      output = `${output}${part}`.slice(-200_000)
    }
    const hear = () => {
      const address = /is ready at (\S+)/.exec(output)?.[1]
      // The last line that it prints of itself: once it is there, all of them are.
      if (address === undefined || !output.includes('the API')) return
      child.stdout!.off('data', hear)
      clearTimeout(timer)
      child.off('close', isOver)
      resolve({
        address,
        setUpLink: /set up\s+(\S+)/.exec(output)?.[1] ?? null,
        readyMs: performance.now() - beganMs,
        pid: child.pid!,
        output: () => output,
        kill: () => ended(child, 'SIGKILL', closed),
        stop: () => ended(child, 'SIGTERM', closed),
      })
    }
    child.stdout!.on('data', keep)
    child.stderr!.on('data', keep)
    child.stdout!.on('data', hear)
  })
}

async function ended(child: ChildProcess, signal: NodeJS.Signals, closed: Promise<void>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal)
  await closed
}

/** What the API answered, where that is not what was hoped for. */
export class AnswerError extends Error {
  readonly status: number
  readonly problem: {
    code?: string
    detail?: string
    faults?: { text: string; missing?: { text: string }[] }[]
  }

  constructor(method: string, path: string, status: number, problem: AnswerError['problem']) {
    super(`${method} ${path}: ${status} ${problem.code ?? ''} ${problem.detail ?? ''}`)
    this.name = 'AnswerError'
    this.status = status
    this.problem = problem
  }
}

export interface Person {
  id: string
  token: string
  ask<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>
}

/** Asks any of the control planes, the next one where one is away: as a load balancer would have it. */
export function personWith(id: string, token: string, addresses: () => readonly string[]): Person {
  return {
    id,
    token,
    async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
      const key = randomUUID()
      let last: unknown = null
      for (let tried = 0; tried < 40; tried++) {
        const some = addresses()
        const address = some[tried % some.length]
        if (address === undefined) throw new Error('there is no control plane to ask')
        try {
          return (await asked(address, token, method, path, body, key)) as T
        } catch (error) {
          if (error instanceof AnswerError && error.status < 500 && error.problem.code !== 'in-progress')
            throw error
          last = error
          await new Promise(resolve => setTimeout(resolve, 250))
        }
      }
      throw last
    },
  }
}

async function asked(
  address: string,
  token: string,
  method: string,
  path: string,
  body: unknown,
  key: string,
): Promise<unknown> {
  const answer = await fetch(`${address}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(method !== 'GET' && { 'idempotency-key': key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  })
  const text = await answer.text()
  const read = text === '' ? null : (JSON.parse(text) as unknown)
  if (!answer.ok) throw new AnswerError(method, path, answer.status, (read ?? {}) as AnswerError['problem'])
  return read
}

/** Follows the set-up link, and makes a token that may do everything. */
export async function setUp(
  plane: ControlPlane,
  id = 'alice',
  password = `${randomUUID()} ${randomUUID()}`,
): Promise<Person> {
  const token = plane.setUpLink?.split('#/set-up/')[1]
  if (token === undefined) throw new Error('it is set up already')
  const first = await fetch(`${plane.address}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, id, name: id, password }),
  })
  if (first.status !== 201) throw new Error(`set-up answered ${first.status}: ${await first.text()}`)
  const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? ''
  const made = await fetch(`${plane.address}/api/v1/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie, origin: plane.address },
    body: JSON.stringify({ name: 'end to end', rights: ['read', 'operate', 'decide', 'administer'] }),
  })
  const { token: api } = (await made.json()) as { token: string }
  return personWith(id, api, () => [plane.address])
}

/** An agent bound to one consumer, and a join token that its processes may use. */
export async function agentFor(
  person: Person,
  credential: string,
  consumer: string,
  id = `${consumer}-agent`,
): Promise<string> {
  await person.ask('PUT', `/agents/${id}`, { name: id, bindings: [{ credential, consumer }] })
  const { join } = await person.ask<{ join: string }>('POST', `/agents/${id}/join`, {
    uses: 'many',
    lifeMs: 24 * 3_600_000,
  })
  return join
}

/** For whoever has to say where it will be before it is there. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
