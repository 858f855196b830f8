// The figures of the API and of the agents' side, as ratios and limits in one run.
// npm run bench:api -- [--json] [--only read,use,streams,observations,ready] [--quick]
// Exit code 1: a limit was missed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { agentFor, type ControlPlane, type Person, personWith, setUp, startControlPlane } from '@rekey/demo'
import { agentsOf, registerKey } from './api/agents.ts'
import { measureObservations } from './api/observations.ts'
import { measureRead, median } from './api/read.ts'
import { measureStreams } from './api/streams.ts'
import { measureUse } from './api/use.ts'

const sections = ['ready', 'read', 'use', 'observations', 'streams'] as const
const { values: asked } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: sections.join(',') },
  },
})
const wanted = new Set(asked.only.split(','))
const credential = 'document-provider'
const consumers = Array.from({ length: 50 }, (_, at) => `worker-${at}`)

interface Figure {
  name: string
  value: number
  limit: string
  ok: boolean
  beside: Record<string, unknown>
}
const figures: Figure[] = []

const folder = mkdtempSync(join(tmpdir(), 'rekey-bench-'))
const environment = {
  REKEY_STORE: join(folder, 'rekey.db'),
  REKEY_ADMIN_FOLDER: folder,
  REKEY_PROVIDERS_FOLDER: folder,
}
let plane: ControlPlane | null = null
try {
  plane = await startControlPlane(environment)
  const person = await setUp(plane)
  await registerKey(
    person,
    credential,
    consumers.map(id => ({ id, ...consumer(id) })),
    { handle: 'key-1', value: 'a-value-of-a-usual-length-for-an-api-key-0123456789' },
  )
  if (wanted.has('ready')) {
    await plane.stop()
    const starts: number[] = []
    for (let at = 0; at < 5; at++) {
      plane = await startControlPlane(environment)
      starts.push(plane.readyMs)
      if (at < 4) await plane.stop()
    }
    add('ready', median(starts), '<= 1000 ms', median(starts) <= 1_000, { starts })
  }
  const { address } = plane
  await measure(
    plane,
    personWith(person.id, person.token, () => [address]),
  )
} finally {
  await plane?.stop()
  rmSync(folder, { recursive: true, force: true })
}
const ok = figures.length > 0 && figures.every(one => one.ok)
if (asked.json) console.log(JSON.stringify({ ok, figures }, null, 2))
if (!ok) process.exitCode = 1

async function measure(plane: ControlPlane, person: Person): Promise<void> {
  const { address } = plane
  const one = [{ credential, consumer: consumers[0]! }]
  if (wanted.has('read')) {
    const agents = await agentsOf(person, address, 64, one)
    const { ratio, ...beside } = await measureRead(address, credential, agents, asked.quick ? 4_000 : 40_000)
    add('read', ratio, '>= 0.6 of the bare framework', ratio >= 0.6, beside)
  }
  if (wanted.has('use')) {
    const token = await agentFor(person, credential, consumers[0]!)
    const { overUs, ...beside } = await measureUse(address, token, credential)
    add('use', overUs, '< 2 us over the call itself', overUs < 2, beside)
  }
  if (wanted.has('observations')) {
    const agents = await agentsOf(
      person,
      address,
      8,
      consumers.map(consumer => ({ credential, consumer })),
    )
    const { perSecond, ...beside } = await measureObservations(
      address,
      credential,
      consumers,
      agents,
      asked.quick ? 5 : 40,
    )
    add('observations', perSecond, '>= 20000 a second', perSecond >= 20_000, beside)
  }
  if (wanted.has('streams')) {
    const agents = await agentsOf(person, address, 100, one)
    const count = asked.quick ? 500 : 10_000
    const tellAll = () =>
      person.ask('PUT', `/credentials/${credential}/consumers/${consumers[0]}`, consumer('again'))
    const { rssMb, ...beside } = await measureStreams(address, agents, count, tellAll)
    const isAll = beside.streams === count
    add('streams', rssMb, `${count} streams under 600 MB`, isAll && rssMb < 600, beside)
  }
}

function consumer(name: string) {
  return { name, behaviour: 'background-job', observability: 'sdk', reload: { how: 'every-use' } }
}

function add(name: string, value: number, limit: string, isWithin: boolean, beside: object): void {
  figures.push({ name, value, limit, ok: isWithin, beside: { ...beside } })
  if (asked.json) return
  console.log(
    `${isWithin ? 'ok    ' : 'MISSED'}  ${name.padEnd(13)} ${value.toFixed(2).padStart(10)}   ${limit}`,
  )
}
