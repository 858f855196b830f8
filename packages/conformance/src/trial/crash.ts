// Killed at every boundary: a process that carries out one rotation is ended with SIGKILL before each verb is called, at each turn
// of its talk with the target, and when the verb has answered and nothing has been recorded. Another goes on from what is left,
// and everything must end as if nobody had died.
import { type ChildProcess, fork } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bed, Plot } from '../bed.ts'
import { proxy, type Standing, type Where } from '../proxy.ts'
import type { Order, Told } from './child.ts'
import { shownIn } from './leaks.ts'
import { type Account, rotate, type Task } from './rotate.ts'

export interface Boundary {
  verb: string
  where: 'begin' | Where | 'end'
}

export interface CrashAccount {
  boundaries: number
  killed: number
  orphans: number
  leaks: number
  faults: string[]
}

/** What is asked again and again while a rotation waits is killed in at its first calls only. */
const often: Record<string, number> = { usage: 1, list: 1 }
const limitMs = 60_000

/** `every`: only each n-th boundary, to look at in a hurry; the account says how many it were. */
export async function crash(
  bed: Bed,
  name: string,
  say: (line: string) => void,
  options: { every?: number; atOnce?: number } = {},
): Promise<CrashAccount> {
  const { every = 1, atOnce = 2 } = options
  const calm = await life(bed, name, 0, null)
  const account: CrashAccount = { boundaries: 0, killed: 0, orphans: 0, leaks: 0, faults: [] }
  const count = (one: Life, what: string) => {
    account.orphans += one.orphans.length
    account.leaks += one.leaks.length
    for (const fault of one.faults) account.faults.push(`${what}: ${fault}`)
  }
  count(calm, 'undisturbed')
  if (calm.faults.length > 0) return account
  const points = calm.passed.map((_, at) => at + 1).filter(at => at % every === 0)
  account.boundaries = points.length
  say(`${name}: ${points.length} boundaries to be killed at; undisturbed ${calm.end}`)
  const next = points[Symbol.iterator]()
  const work = async () => {
    for (const point of next) {
      const killed = await life(bed, name, point, calm)
      if (killed.wasKilled) account.killed++
      const at = calm.passed[point - 1]!
      count(killed, `killed at ${point} (${at.verb}, ${at.where})`)
      if (killed.faults.length > 0)
        say(`${name}: killed at ${point} (${at.verb}, ${at.where}): ${killed.faults.join('; ')}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return account
}

interface Life {
  passed: Boundary[]
  wasKilled: boolean
  end: string
  orphans: string[]
  leaks: string[]
  faults: string[]
}

let plots = 0

async function life(bed: Bed, name: string, dieAt: number, calm: Life | null): Promise<Life> {
  const plot = await bed.plot(`rk${process.pid % 10_000}x${++plots}`)
  const folder = mkdtempSync(join(tmpdir(), 'rekey-trial-'))
  const passed: Boundary[] = []
  const faults: string[] = []
  const leaks: string[] = []
  const calls: Record<string, number> = {}
  let verb = ''
  let child: ChildProcess | null = null
  let wasKilled = false
  const known = [plot.existing.value, ...Object.values(plot.admin)]
  const boundary = (where: Boundary['where']): boolean => {
    if (child === null || wasKilled || verb === '') return wasKilled
    if ((calls[verb] ?? 0) > (often[verb] ?? Number.POSITIVE_INFINITY)) return false
    passed.push({ verb, where })
    if (dieAt === 0) leaks.push(...shownIn(processesUnder(child.pid!), known, 'the process list'))
    if (passed.length !== dieAt) return false
    wasKilled = true
    child.kill('SIGKILL')
    return true
  }
  const proxies: Standing[] = []
  try {
    for (const address of plot.addresses) {
      // What a killed process left on its way is not passed on; once it is gone, its successor is.
      proxies.push(await proxy(address, where => (boundary(where) && child !== null ? 'drop' : 'pass')))
    }
    const task = prepare(plot, proxies, folder)
    let output = ''
    const told = await new Promise<Told | null>((resolve, reject) => {
      child = fork(join(import.meta.dirname, 'child.ts'), {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: {},
      })
      const timer = setTimeout(() => child?.kill('SIGTERM'), limitMs)
      let last: Told | null = null
      const order: Order = { kind: name, task }
      child.send(order)
      child.stdout?.on('data', part => (output += part))
      child.stderr?.on('data', part => (output += part))
      child.on('message', (message: Told) => {
        if (!('at' in message)) {
          last = message
          return
        }
        if (message.at === 'begin') {
          verb = message.verb
          calls[verb] = (calls[verb] ?? 0) + 1
        }
        const isDead = boundary(message.at)
        if (message.at === 'end') verb = ''
        if (!isDead) child?.send({ go: true })
      })
      child.on('error', reject)
      child.on('close', () => {
        clearTimeout(timer)
        resolve(last)
      })
    })
    child = null
    if (told !== null && 'failed' in told) faults.push(told.failed)
    else if (told === null && !wasKilled)
      faults.push(`the process ended without a word: ${output.slice(0, 500)}`)
    // What the dead process may have left under way at the target is given the time to happen.
    const { provider } = bed
    const account = await rotate(task, provider, (_verb, call) => call())
    const ended = await judged(plot, account, faults)
    const values = [...known, ...(account.value === null ? [] : [account.value.reveal()])]
    leaks.push(...shownIn(output, values, 'the output'))
    leaks.push(...shownIn(account.events, values, 'the events'))
    for (const file of readdirSync(folder).filter(one => one.startsWith('rekey.db'))) {
      leaks.push(...shownIn(readFileSync(join(folder, file), 'latin1'), values, `the store’s file ${file}`))
    }
    if (dieAt === 0) leaks.push(...shownIn((await bed.written()) ?? '', values, 'what the target wrote down'))
    const end = `${account.ended}: ${account.versions.join(', ')}`
    if (calm !== null && provider.abilities.secretFrom === 'us' && end !== calm.end)
      faults.push(`it ended ${end}`)
    faults.push(...leaks, ...ended.orphans.map(one => `an orphan is left: ${one}`))
    return { passed, wasKilled, end, leaks, faults, orphans: ended.orphans }
  } catch (error) {
    return {
      passed,
      wasKilled,
      end: 'failed',
      leaks,
      faults: [...faults, error instanceof Error ? (error.stack ?? error.message) : String(error)],
      orphans: [],
    }
  } finally {
    for (const one of proxies) await one.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What must be so in the end, however it came about. */
async function judged(plot: Plot, account: Account, faults: string[]): Promise<{ orphans: string[] }> {
  if (account.ended !== 'completed')
    faults.push(`it is ${account.ended}${account.stuck === null ? '' : `: ${account.stuck}`}`)
  const active = account.versions.filter(version => version.endsWith(' active'))
  if (active.length !== 1) faults.push(`${active.length} versions are in use`)
  const { value, handle } = account
  if (value === null || handle === null) faults.push('the value in use is lost')
  else if (!(await plot.accepts(handle, value.reveal()))) faults.push('the target refuses the value in use')
  const { existing } = plot
  if (handle !== existing.handle && (await plot.accepts(existing.handle, existing.value))) {
    faults.push('the target still accepts the old value')
  }
  const there = await plot.present()
  return { orphans: there.filter(one => one !== handle) }
}

function prepare(plot: Plot, proxies: readonly Standing[], folder: string): Task {
  mkdirSync(join(folder, 'admin'), { mode: 0o700 })
  for (const [name, value] of Object.entries(plot.admin)) {
    const file = join(folder, 'admin', name)
    writeFileSync(file, value)
    chmodSync(file, 0o600)
  }
  let led = 0
  return { folder, settings: plot.settings(() => proxies[led++]!.address), existing: plot.existing }
}

/** Command line and environment of a process and all below it: what anybody on the machine may see of them. */
function processesUnder(pid: number): string {
  const read = (file: string) => {
    try {
      return readFileSync(file, 'latin1')
    } catch {
      return ''
    }
  }
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
  return [read(`/proc/${pid}/cmdline`), read(`/proc/${pid}/environ`), ...children.map(processesUnder)].join(
    '\n',
  )
}
