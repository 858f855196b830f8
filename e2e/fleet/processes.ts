// The processes of the fleet, each of its own, and what they said last.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cronEveryMs, type Member } from './consumers.ts'
import type { Target } from './targets.ts'
import type { Told } from './worker.ts'

export interface Counted {
  done: number
  failed: number
  why: string[]
}

export interface Fleet {
  counted(): Record<string, Counted>
  /** Starts it once, as a person would, and waits until it has ended. */
  runByHand(member: Member): Promise<void>
  stop(): Promise<void>
}

export interface FleetOptions {
  address: string
  joins: ReadonlyMap<string, string>
  targets: ReadonlyMap<string, Target>
  credentialOf: (member: Member) => string
}

interface Running {
  child: ChildProcess
  told: Told
  ended: Promise<void>
}

const cli = join(import.meta.dirname, '../../packages/cli/src/main.mjs')
const patienceMs = 10_000

export function startFleet(members: readonly Member[], options: FleetOptions): Fleet {
  const totals = new Map<string, Counted>(members.map(({ id }) => [id, { done: 0, failed: 0, why: [] }]))
  const running = new Set<Running & { id: string }>()
  let stopping = false
  const start = (member: Member): Running => {
    const { child, told, ended } = spawned(member, options)
    const one = { id: member.id, child, told, ended }
    running.add(one)
    void ended.then(() => {
      running.delete(one)
      add(totals.get(member.id)!, told)
      if (!stopping && member.runs !== 'by-hand' && member.id !== 'cron') {
        const counted = totals.get(member.id)!
        counted.failed++
        counted.why.push(`the process ended by itself with ${child.exitCode ?? child.signalCode}`)
      }
    })
    return one
  }
  for (const member of members) if (member.runs !== 'by-hand' && member.id !== 'cron') start(member)
  const cron = members.find(one => one.id === 'cron')
  let isRunning = false
  const timer = setInterval(() => {
    if (cron === undefined || isRunning) return
    isRunning = true
    void start(cron).ended.then(() => {
      isRunning = false
    })
  }, cronEveryMs)
  return {
    counted() {
      const now: Record<string, Counted> = {}
      for (const [id, { done, failed, why }] of totals) now[id] = { done, failed, why: [...why] }
      for (const { id, told } of running) add(now[id]!, told)
      return now
    },
    async runByHand(member) {
      await start(member).ended
    },
    async stop() {
      stopping = true
      clearInterval(timer)
      const all = [...running]
      for (const { child } of all) child.kill('SIGTERM')
      const late = setTimeout(() => {
        for (const { child } of all) child.kill('SIGKILL')
      }, patienceMs)
      await Promise.all(all.map(one => one.ended))
      clearTimeout(late)
    },
  }
}

function add(counted: Counted, { done, failed, why }: Told): void {
  counted.done += done
  counted.failed += failed
  if (why !== null && !counted.why.includes(why)) counted.why.push(why)
}

function spawned(member: Member, { address, joins, targets, credentialOf }: FleetOptions): Running {
  const { place } = targets.get(member.target)!
  const credential = credentialOf(member)
  const file = join(import.meta.dirname, `${member.id}-child.ts`)
  const environment = {
    PATH: process.env['PATH'],
    REKEY_URL: address,
    REKEY_JOIN: joins.get(member.id) ?? '',
    REKEY_FLUSH_MS: '500',
    FLEET_PLACE: JSON.stringify(place),
    FLEET_CREDENTIAL: credential,
    DB_HOST: place.host,
    DB_PORT: String(place.port),
    DB_PLACE: place.within,
  }
  const wrapped = [
    cli,
    'run',
    '--covers',
    '--credential',
    credential,
    '--env',
    `DB_USER=${credential}.handle`,
    '--env',
    `DB_PASSWORD=${credential}.value`,
    '--',
    process.execPath,
    file,
  ]
  const child = spawn(process.execPath, member.runs === 'wrapped' ? wrapped : [file], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const told: Told = { done: 0, failed: 0, why: null, versions: {} }
  // Under the wrapper one program follows another: each begins to count anew.
  let before: Told = { done: 0, failed: 0, why: null, versions: {} }
  let last: Told = before
  createInterface({ input: child.stdout! }).on('line', line => {
    if (!line.startsWith('{"done"')) return
    const said = JSON.parse(line) as Told
    if (said.done < last.done)
      before = { ...before, done: before.done + last.done, failed: before.failed + last.failed }
    last = said
    told.done = before.done + said.done
    told.failed = before.failed + said.failed
    told.why ??= said.why
  })
  let errors = ''
  child.stderr!.on('data', part => {
    errors = `${errors}${part}`.slice(-2_000)
  })
  const ended = new Promise<void>(resolve =>
    child.once('close', code => {
      if (code !== 0 && errors !== '') told.why ??= errors.slice(-600)
      if (code !== 0 && code !== null) told.failed++
      resolve()
    }),
  )
  return { child, told, ended }
}
