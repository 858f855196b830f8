// Every endpoint asked with what its schema allows and with what it does not, by everybody who may and may not, and by clients
// that do not keep to HTTP. npm run fuzz:api -- [--seconds 30] [--seed N] [--store postgres://…] [--json]
// Exit code 1: a server error, a crash, an answer that is not as the API says, a secret in an answer, or memory that grew.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type ControlPlane, type Person, setUp, startControlPlane } from '@rekey/demo'
import { allRoutes, problems, type Route } from '@rekey/wire'
import { agentsOf, type BenchAgent, proved, registerKey } from '../bench/api/agents.ts'
import { type Dice, diceOf } from './fuzz/dice.ts'
import { type Flood, flood } from './fuzz/flood.ts'
import { beRude } from './fuzz/rude.ts'
import { type Known, valueFor } from './fuzz/values.ts'

const { values: asked } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    store: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
})
const seed = Number(asked.seed)
const mostGrowthMb = 250
const secretValue = 'a-value-that-nobody-asked-to-see-0123456789'
const credential = 'document-provider'

const knownIds: Known = {
  id: [credential, 'bench-0', 'alice', 'web'],
  credential: [credential],
  consumer: ['web'],
  agent: ['bench-0'],
  ghost: ['somebody'],
  provider: ['manual'],
}
/** These end what everything else here lives on. */
const ending = new Set([
  'people.end',
  'people.setRoles',
  'agents.end',
  'agents.endKey',
  'session.signOut',
  'tokens.revoke',
])

const folder = mkdtempSync(join(tmpdir(), 'rekey-fuzz-'))
const found = {
  requests: 0,
  rude: 0,
  byStatus: {} as Record<string, number>,
  operations: new Set<string>(),
  serverErrors: 0,
  wrongAnswers: 0,
  leaks: 0,
  examples: [] as string[],
}
const plane = await startControlPlane({
  REKEY_STORE: asked.store === '' ? join(folder, 'rekey.db') : asked.store,
  ...(asked.store !== '' && { REKEY_ROOT_KEY: randomBytes(32).toString('hex') }),
  REKEY_ADMIN_FOLDER: join(folder, 'admin'),
  REKEY_PROVIDERS_FOLDER: join(folder, 'providers'),
  REKEY_PRIVATE_WEBHOOKS: 'yes',
})
let isAlive = true
/** The secret of a receiver of shared signals. */
let receiver = ''
try {
  const person = await setUp(plane)
  const agents = await populate(person)
  await Promise.all(Array.from({ length: 12 }, () => settle(person, agents[0]!, diceOf(seed + 1_000))))
  const future = await flood(plane.address, person, agents, { credential, consumer: 'web' })
  const beforeMb = await rssMb(plane)
  const endMs = performance.now() + Number(asked.seconds) * 1_000
  const workers = Array.from({ length: 12 }, (_, at) =>
    work(person, agents[at % agents.length]!, diceOf(seed + at), endMs),
  )
  await Promise.all(workers)
  isAlive = (await fetch(`${plane.address}/readyz`).catch(() => null))?.status === 200
  const afterMb = isAlive ? await rssMb(plane) : 0
  report(beforeMb, afterMb, future)
} finally {
  await plane.stop()
  rmSync(folder, { recursive: true, force: true })
}

function report(beforeMb: number, afterMb: number, future: Flood): void {
  const grewMb = Math.round(afterMb - beforeMb)
  const missed = allRoutes.map(([operation]) => operation).filter(one => !found.operations.has(one))
  const ok =
    isAlive &&
    found.serverErrors === 0 &&
    found.wrongAnswers === 0 &&
    found.leaks === 0 &&
    grewMb < mostGrowthMb &&
    missed.length === 0 &&
    future.refused === future.sent &&
    future.folded === 0 &&
    future.eventsAdded < 50
  const { operations, ...figures } = found
  const whole = { ok, seed, ...figures, operations: operations.size, missed, isAlive, grewMb, future }
  if (asked.json) console.log(JSON.stringify(whole, null, 2))
  else console.log(whole)
  if (!ok) process.exitCode = 1
}

async function populate(person: Person): Promise<BenchAgent[]> {
  const consumer = {
    name: 'Web',
    behaviour: 'web-request',
    observability: 'sdk',
    reload: { how: 'every-use' },
  }
  await registerKey(person, credential, [{ id: 'web', ...consumer }], { handle: 'key-1', value: secretValue })
  const gateway = { name: 'Gateway', environments: ['production'] }
  receiver = (await person.ask<{ secret: string }>('PUT', '/receivers/fuzz', gateway)).secret
  return agentsOf(person, plane.address, 4, [{ credential, consumer: 'web' }])
}

/** A little of everything first, so that growth is not what a process takes when it is used for the first time. */
async function settle(person: Person, agent: BenchAgent, dice: Dice): Promise<void> {
  for (const [operation, route] of allRoutes) await ask(operation, route, person, agent, dice, knownIds)
}

async function work(person: Person, agent: BenchAgent, dice: Dice, endMs: number): Promise<void> {
  const known: Record<string, string[]> = Object.fromEntries(
    Object.entries(knownIds).map(([name, some]) => [name, [...some]]),
  )
  while (performance.now() < endMs && isAlive) {
    if (dice.chance(0.1)) {
      found.rude++
      await beRude(plane.address, person.token, dice)
      continue
    }
    const [operation, route] = dice.pick(allRoutes)
    await ask(operation, route, person, agent, dice, known)
  }
}

async function ask(
  operation: string,
  route: Route,
  person: Person,
  agent: BenchAgent,
  dice: Dice,
  known: Known,
): Promise<void> {
  const ids: Known = ending.has(operation) ? { ...known, id: ['f1', 'f2'], key: ['x'] } : known
  const path = route.path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(textFor(name, dice, ids)),
  )
  const query = queryOf(route, dice, ids)
  const url = `${path}${query}`
  const body =
    route.body === undefined
      ? route.method === 'GET'
        ? null
        : dice.chance(0.3)
          ? '{"x":1}'
          : null
      : bodyOf(route, dice, ids)
  found.requests++
  found.operations.add(operation)
  let answer: Response
  let text: string
  try {
    const until = AbortSignal.timeout(waiting(operation, route) ? 60 : 15_000)
    answer = await fetch(`${plane.address}${url}`, {
      method: route.method,
      headers: headersOf(route, person, agent, url, body, dice),
      ...(body !== null && { body }),
      redirect: 'manual',
      signal: until,
    })
    text = await answer.text()
  } catch (error) {
    if ((error as Error).name !== 'TimeoutError') {
      isAlive = (await fetch(`${plane.address}/livez`).catch(() => null))?.status === 200
      if (!isAlive) note('crash', `${operation} ${url} ${String(body).slice(0, 500)}`)
    }
    return
  }
  found.byStatus[answer.status] = (found.byStatus[answer.status] ?? 0) + 1
  judge(operation, route, answer, text, `${route.method} ${url} ${String(body).slice(0, 800)}`)
}

/** They answer when something happens. */
function waiting(operation: string, { media }: Route): boolean {
  return media === 'text/event-stream' || operation === 'sharedSignals.poll'
}

function judge(operation: string, route: Route, answer: Response, text: string, sent: string): void {
  if (answer.status >= 500 && answer.status !== 503 && answer.status !== 501) {
    found.serverErrors++
    note('server error', `${operation}: ${sent}\n  ${text}`)
  }
  const shows = route.showsSecret === true || operation === 'credentials.reveal'
  if (!shows && text.includes(secretValue)) {
    found.leaks++
    note('leak', `${operation}: ${sent}`)
  }
  if (answer.status < 400 || text === '') return
  const isProblem = answer.headers.get('content-type')?.startsWith('application/problem+json') === true
  const code = isProblem ? (JSON.parse(text) as { code: string }).code : null
  // Their errors are those of their own standards.
  const isForeign = operation.startsWith('telemetry.') || operation === 'sharedSignals.token'
  if (isForeign || (code !== null && Object.hasOwn(problems, code))) return
  found.wrongAnswers++
  note('no problem document', `${operation}: ${sent}\n  ${answer.status} ${text.slice(0, 300)}`)
}

function note(kind: string, text: string): void {
  if (found.examples.length < 10) found.examples.push(`${kind}: ${text.slice(0, 1_500)}`)
}

function textFor(name: string, dice: Dice, known: Known): string {
  const isNumber = name === 'number' || name === 'position'
  const shape = isNumber
    ? { type: 'integer', minimum: 0, maximum: 40 }
    : { type: 'string', minLength: 1, maxLength: 60 }
  const text = String(valueFor(shape, dice, known, name, 0.1) ?? 'x').toWellFormed()
  return text === '' ? 'x' : text
}

function queryOf(route: Route, dice: Dice, known: Known): string {
  if (route.query === undefined || dice.chance(0.3)) return ''
  const made = valueFor(route.query, dice, known, '', 0.05)
  if (typeof made !== 'object' || made === null) return '?x=1'
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(made))
    query.append(name, name === 'waitMs' ? '50' : String(value))
  return `?${query}`
}

function bodyOf(route: Route, dice: Dice, known: Known): string {
  const text = JSON.stringify(valueFor(route.body, dice, known)) ?? 'null'
  if (!dice.chance(0.03)) return text
  return dice.pick([text.slice(0, -1), `${text}x`, '', '\u0000', '[', 'NaN', `${' '.repeat(300_000)}1`])
}

function headersOf(
  route: Route,
  person: Person,
  agent: BenchAgent,
  url: string,
  body: string | null,
  dice: Dice,
): Record<string, string> {
  const headers: Record<string, string> =
    body === null ? {} : { 'content-type': dice.chance(0.97) ? 'application/json' : 'text/plain' }
  if (route.method !== 'GET' && dice.chance(0.3)) headers['idempotency-key'] = `fuzz-key-${dice.below(200)}`
  if (dice.chance(0.05)) headers['if-match'] = dice.pick(['"1"', '*', 'x', '""'])
  if (dice.chance(0.05)) headers['if-none-match'] = dice.pick(['"1"', '*', 'x'])
  const who = dice.chance(0.9) ? route.who : dice.pick(['agent', 'read', 'anyone'] as const)
  if (who === 'agent') {
    for (const line of proved(agent, route.method, url, body ?? '')
      .trim()
      .split('\r\n')) {
      const at = line.indexOf(': ')
      headers[line.slice(0, at)] = line.slice(at + 2)
    }
    // Stolen, without the key: the proof does not fit.
    if (dice.chance(0.1)) headers['rekey-proof'] = `v1.${Date.now()}.${'n'.repeat(20)}.${'m'.repeat(43)}`
  } else if (who !== 'anyone')
    headers['authorization'] =
      `Bearer ${dice.chance(0.95) ? (who === 'receiver' ? receiver : person.token) : 'rekey_pat_stolen'}`
  return headers
}

async function rssMb({ address }: ControlPlane): Promise<number> {
  const text = await (await fetch(`${address}/metrics`)).text()
  return Number(/process_resident_memory_bytes (\d+)/.exec(text)?.[1]) / 1_048_576
}
