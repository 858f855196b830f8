// One measurement: a control plane (or three on PostgreSQL) with its agents, and beside it a bare fan-out to as many receivers. Round by
// round in turn, so that what else the machine does falls on both.
import type { Person } from '@rekey/demo'
import { agentsOf, type BenchAgent, proved, registerKey } from '../api/agents.ts'
import { median } from '../engine/figure.ts'
import { Holders, type Opening, type Round, startFanOut } from './holders.ts'
import { type Load, startLoad } from './load.ts'
import { startPlanes } from './planes.ts'

export interface KillOptions {
  folder: string
  agents: number
  rounds: number
  planes: number
  /** Observations as fast as they are taken, and a thousand streams that nobody reads. */
  load: boolean
}

export interface Spread {
  p50Ms: number
  p99Ms: number
  lastMs: number
}

export interface KillFigures {
  ratio: number
  ratios: number[]
  agents: number
  acknowledged: Spread
  applied: Spread
  fanOutWithCheck: Spread
  fanOutWithoutCheck: Spread
  /** Of the load meanwhile: how many each second were taken; absent: there was none. */
  observationsPerSecond?: number
}

const identities = 500
const slowReaders = 1_000
const streamPath = (instance: string) => `/api/v1/agent/stream?epoch=0&serial=1&instance=${instance}`

export async function measureKill(options: KillOptions): Promise<KillFigures> {
  const { agents: count, rounds } = options
  const planes = await startPlanes(options.folder, options.planes)
  const fanOuts = { check: await startFanOut(), bare: await startFanOut() }
  const holders = { rekey: new Holders('rekey'), check: new Holders('check'), bare: new Holders('bare') }
  let load: Load | null = null
  try {
    const { person, addresses } = planes
    // One round that is not counted: nobody measures a process that has never done it.
    const credentials = Array.from({ length: rounds + 1 }, (_, at) => `key-${at}`)
    for (const id of credentials) await register(person, id)
    const bindings = credentials.map(credential => ({ credential, consumer: 'worker' }))
    const agents = await agentsOf(person, addresses[0]!, Math.min(identities, count), bindings)
    const [ring = ''] = (await person.ask<{ keys: string[] }>('GET', '/order-keys/rings')).keys
    for (const one of [holders.rekey, holders.check]) one.ring(ring)
    const slow = options.load ? slowly(agents, addresses, slowReaders) : []
    await holders.rekey.open(openings(agents, addresses, count), slow)
    if (options.load) load = await startLoad(person, addresses[0]!)
    const loadedAt = performance.now()
    const found: { rekey: Round; check: Round; bare: Round }[] = []
    for (const [at, credential] of credentials.entries()) {
      const scope = { of: 'version', credential, version: 1 }
      const order = () => person.ask('POST', '/kills', { scope, reason: 'the bench kills it' })
      const rekey = await holders.rekey.round(count, order)
      await pause(restMs)
      const frame = await frameOf(person, credential)
      const beside = async (name: 'check' | 'bare') => {
        const { address } = fanOuts[name]
        if (at === 0) await holders[name].open(barely(address, count))
        const round = await holders[name].round(count, () => post(address, frame))
        await pause(restMs)
        return round
      }
      found.push({ rekey, check: await beside('check'), bare: await beside('bare') })
    }
    const taken = load?.taken() ?? 0
    if (load !== null && taken === 0) throw new Error('no observation was taken: it was not under load')
    const perSecond = Math.round((taken * 1000) / (performance.now() - loadedAt))
    const counted = found.slice(1)
    const ratios = counted.map(({ rekey, check }) => at(rekey.acked, 0.99) / at(check.acked, 0.99))
    return {
      ratio: median(ratios),
      ratios: ratios.map(one => Number(one.toPrecision(3))),
      agents: count,
      acknowledged: spread(counted.map(one => one.rekey.acked)),
      applied: spread(counted.map(one => one.rekey.applied)),
      fanOutWithCheck: spread(counted.map(one => one.check.acked)),
      fanOutWithoutCheck: spread(counted.map(one => one.bare.acked)),
      ...(load !== null && { observationsPerSecond: perSecond }),
    }
  } finally {
    load?.stop()
    for (const one of Object.values(holders)) one.end()
    for (const one of Object.values(fanOuts)) one.end()
    await planes.stop()
  }
}

/** What was left to do after a round is not charged to the next. */
const restMs = 1_500
const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))

async function register(person: Person, id: string): Promise<void> {
  const consumer = {
    id: 'worker',
    name: 'Worker',
    behaviour: 'background-job',
    observability: 'sdk',
    reload: { how: 'every-use' },
  }
  await registerKey(person, id, [consumer], {
    handle: id,
    value: `a-value-of-a-usual-length-${id}-0123456789`,
  })
}

const requestOf = (agent: BenchAgent, address: string, path: string) =>
  `GET ${path} HTTP/1.1\r\nhost: ${new URL(address).host}\r\n${proved(agent, 'GET', path)}\r\n`

function openings(agents: readonly BenchAgent[], addresses: readonly string[], count: number): Opening[] {
  return Array.from({ length: count }, (_, at) => {
    const agent = agents[at % agents.length]!
    const address = addresses[at % addresses.length]!
    const instance = `i-${at}`
    const proofKey = agent.proofKey.export().toString('base64url')
    const request = requestOf(agent, address, streamPath(instance))
    return { address, request, instance, agent: { id: agent.id, token: agent.token, proofKey } }
  })
}

const slowly = (agents: readonly BenchAgent[], addresses: readonly string[], count: number) =>
  Array.from({ length: count }, (_, at) => {
    const address = addresses[at % addresses.length]!
    return { address, request: requestOf(agents[at % agents.length]!, address, streamPath(`slow-${at}`)) }
  })

const barely = (address: string, count: number): Opening[] =>
  Array.from({ length: count }, (_, at) => ({
    address,
    request: `GET /stream HTTP/1.1\r\nhost: ${new URL(address).host}\r\n\r\n`,
    instance: `b-${at}`,
  }))

/** The very bytes that the control plane wrote. */
async function frameOf(person: Person, credential: string): Promise<string> {
  const path = `/events?type=orderSigned&credential=${credential}&limit=10`
  const { items } = await person.ask<{ items: { atMs: number; data: Record<string, unknown> }[] }>(
    'GET',
    path,
  )
  const { atMs, data } = items.at(-1)!
  const { epoch, order, version } = data
  const message = { position: epoch, type: 'kill', credential, version, order, atMs }
  return `data: ${JSON.stringify(message)}\n\n`
}

async function post(address: string, body: string): Promise<void> {
  const answer = await fetch(`${address}/tell`, { method: 'POST', body })
  if (!answer.ok) throw new Error(`the fan-out answered ${answer.status}`)
  await answer.text()
}

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

/** The median round. */
function spread(rounds: readonly (readonly number[])[]): Spread {
  const of = (share: number) => Math.round(median(rounds.map(one => at(one, share))))
  return { p50Ms: of(0.5), p99Ms: of(0.99), lastMs: of(1) }
}
