// The processes that live on what is killed: workers on PostgreSQL and Redis, and a program under `rekey run`. A third of them reach the
// control plane by a way that can be cut.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { agentFor, type Person } from '@rekey/demo'
import { policy } from '../fleet/consumers.ts'
import type { Target } from '../fleet/targets.ts'
import type { Seen } from './seen.ts'

export interface Hand {
  instance: string
  consumer: string
  credential: string
  isCuttable: boolean
  seen: Seen
}

export interface Crew {
  hands: readonly Hand[]
  stop(): Promise<void>
}

type TargetName = 'postgres' | 'redis'

const owner = { id: 'team-intake', name: 'Intake team' }
const usual = {
  owner,
  observability: 'sdk',
  reload: { how: 'every-use' },
  cacheMs: 0,
  sessionMs: 2_000,
  toleratesTwo: true,
}
const consumers = [
  {
    id: 'web',
    target: 'postgres',
    runs: 3,
    consumer: { ...usual, name: 'Web server', behaviour: 'web-request', critical: true },
  },
  {
    id: 'jobs',
    target: 'postgres',
    runs: 2,
    consumer: { ...usual, name: 'Jobs', behaviour: 'background-job', pathClass: 'background' },
  },
  {
    id: 'wrapped',
    target: 'postgres',
    runs: 1,
    consumer: {
      ...usual,
      name: 'Exporter',
      behaviour: 'data-export',
      observability: 'wrapped',
      reload: { how: 'signal' },
    },
  },
  {
    id: 'hooks',
    target: 'redis',
    runs: 2,
    consumer: { ...usual, name: 'Webhook handler', behaviour: 'webhook-handler' },
  },
  {
    id: 'cache',
    target: 'redis',
    runs: 1,
    consumer: { ...usual, name: 'Cache', behaviour: 'background-job' },
  },
] as const

const cli = join(import.meta.dirname, '../../packages/cli/src/main.mjs')
const patienceMs = 10_000
export const credentialOf = (target: TargetName) => `kill-${target}`

export async function register(person: Person, { name, provider, settings, plot }: Target): Promise<void> {
  await person.ask('POST', '/credentials', {
    id: credentialOf(name as TargetName),
    credential: {
      name: `Kill ${name}`,
      kind: 'database',
      provider,
      settings,
      target: name,
      environment: 'production',
      owner,
      policy,
    },
    consumers: consumers.filter(one => one.target === name).map(({ id, consumer }) => ({ id, ...consumer })),
    existing: plot.existing,
  })
}

export async function startCrew(
  person: Person,
  targets: ReadonlyMap<string, Target>,
  addresses: { whole: string; cuttable: string },
): Promise<Crew> {
  const children: ChildProcess[] = []
  const hands: Hand[] = []
  for (const { id, target, runs } of consumers) {
    const credential = credentialOf(target)
    const join = await agentFor(person, credential, id)
    for (let number = 1; number <= runs; number++) {
      const isCuttable = hands.length % 3 === 1
      const instance = `${id}-${number}`
      const hand: Hand = {
        instance,
        consumer: id,
        credential,
        isCuttable,
        seen: { done: 0, logins: {}, failures: [] },
      }
      const address = isCuttable ? addresses.cuttable : addresses.whole
      hands.push(hand)
      children.push(started(hand, target, { REKEY_URL: address, REKEY_JOIN: join }, targets.get(target)!))
    }
  }
  return {
    hands,
    async stop() {
      const ended = children.map(child => new Promise(resolve => child.once('close', resolve)))
      for (const child of children) child.kill('SIGTERM')
      const late = setTimeout(() => {
        for (const child of children) child.kill('SIGKILL')
      }, patienceMs)
      await Promise.all(ended)
      clearTimeout(late)
    },
  }
}

function started(
  hand: Hand,
  target: TargetName,
  settings: Record<string, string>,
  { place }: Target,
): ChildProcess {
  const { credential, instance } = hand
  const environment = {
    PATH: process.env['PATH'],
    ...settings,
    REKEY_INSTANCE: instance,
    REKEY_FLUSH_MS: '500',
    KILL_TARGET: target,
    FLEET_PLACE: JSON.stringify(place),
    FLEET_CREDENTIAL: credential,
    DB_HOST: place.host,
    DB_PORT: String(place.port),
    DB_PLACE: place.within,
  }
  const file = (name: string) => join(import.meta.dirname, name)
  const env = (name: string, part: string) => ['--env', `${name}=${credential}.${part}`]
  const wrapped = [
    cli,
    'run',
    '--covers',
    '--credential',
    credential,
    ...env('DB_USER', 'handle'),
    ...env('DB_PASSWORD', 'value'),
  ]
  const args =
    hand.consumer === 'wrapped'
      ? [...wrapped, '--', process.execPath, file('wrapped-child.ts')]
      : [file('worker-child.ts')]
  const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  let before: Seen = { done: 0, logins: {}, failures: [] }
  createInterface({ input: child.stdout! }).on('line', line => {
    if (!line.startsWith('{"seen"')) return
    const { seen } = JSON.parse(line) as { seen: Seen }
    // Under the wrapper one program follows another: each begins to count anew.
    if (seen.done < hand.seen.done - before.done) before = hand.seen
    hand.seen = {
      done: before.done + seen.done,
      logins: { ...before.logins, ...seen.logins },
      failures: [...before.failures, ...seen.failures],
    }
  })
  let errors = ''
  child.stderr!.on('data', part => {
    errors = `${errors}${part}`.slice(-4_000)
  })
  child.once('close', code => {
    if (code !== 0 && code !== null) console.error(`${instance} ended with ${code}: ${errors.slice(-1_500)}`)
  })
  return child
}
