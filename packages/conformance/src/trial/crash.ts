// Killed at every boundary: a process that carries out one rotation is ended with SIGKILL before each verb is called, at each turn
// of its talk with the target, and when the verb has answered and nothing has been recorded. Another goes on from what is left,
// and everything must end as if nobody had died.
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bed, Plot } from '../bed.ts'
import { proxy, type Standing, type Where } from '../proxy.ts'
import type { Order, Told } from './child.ts'
import { shownIn } from './leaks.ts'
import { personOf, prepare } from './prepare.ts'
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

const limitMs = 120_000

/** `every`: only each n-th boundary. `atMost`: so many, spread evenly. The account says how many it were. */
export async function crash(
  bed: Bed,
  name: string,
  say: (line: string) => void,
  options: { every?: number; atMost?: number; atOnce?: number } = {},
): Promise<CrashAccount> {
  const { atMost = Number.POSITIVE_INFINITY, atOnce = bed.atOnce ?? 2 } = options
  const calm = await life(bed, name, [])
  const account: CrashAccount = { boundaries: 0, killed: 0, orphans: 0, leaks: 0, faults: [] }
  const count = (one: Life, what: string) => {
    account.orphans += one.orphans.length
    account.leaks += one.leaks.length
    for (const fault of one.faults) account.faults.push(`${what}: ${fault}`)
    if (one.faults.length > 0) say(`${name}: ${what}: ${one.faults.join('; ')}`)
  }
  count(calm, 'undisturbed')
  if (calm.faults.length > 0) return account
  const [passed = []] = calm.passed
  const deaths = passed.map((at, index) => ({ at, die: [index + 1] }))
  // What a crash left is looked for by the next process, which may die over it as well.
  const minted = passed.findIndex(({ verb, where }) => verb === 'mint' && where === 'end') + 1
  if (minted > 0) {
    const second = await life(bed, name, [minted])
    count(second, 'killed once when the mint was done')
    const found = second.passed[1] ?? []
    for (const [index, at] of found.entries())
      if (at.verb === 'find') deaths.push({ at, die: [minted, index + 1] })
  }
  const every = options.every ?? Math.max(1, Math.ceil(deaths.length / atMost))
  const chosen = deaths.filter((_, index) => (index + 1) % every === 0)
  account.boundaries = chosen.length
  say(`${name}: ${chosen.length} boundaries to be killed at; undisturbed ${calm.end}`)
  const next = chosen[Symbol.iterator]()
  const work = async () => {
    for (const { at, die } of next) {
      const one = await life(bed, name, die, calm)
      if (one.deaths === die.length) account.killed++
      count(one, `killed at ${die.join(', then ')} (${at.verb}, ${at.where})`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return account
}

interface Life {
  /** What each process passed, one list a process. */
  passed: Boundary[][]
  deaths: number
  end: string
  orphans: string[]
  leaks: string[]
  faults: string[]
}

let plots = 0

/** One rotation from beginning to end, through as many processes as are killed on the way. */
async function life(bed: Bed, name: string, die: readonly number[], calm: Life | null = null): Promise<Life> {
  const plot = await bed.plot(`rk${process.pid % 10_000}x${++plots}`)
  const folder = mkdtempSync(join(tmpdir(), 'rekey-trial-'))
  const one: Life = { passed: [], deaths: 0, end: 'failed', orphans: [], leaks: [], faults: [] }
  const known = [plot.existing.value, ...Object.values(plot.admin)]
  const standing: Standing[] = []
  let mortal: Mortal | null = null
  try {
    for (const address of plot.addresses) {
      // What a killed process left on its way is not passed on; what its successor says is.
      standing.push(await proxy(address, where => (mortal?.passes(where) === false ? 'drop' : 'pass')))
    }
    const task = prepare(
      plot,
      standing.map(one => one.address),
      folder,
    )
    for (const dieAt of die.length === 0 ? [0] : [...die, ...(calm === null ? [0] : [])]) {
      mortal = new Mortal(
        dieAt,
        child =>
          calm === null &&
          dieAt === 0 &&
          one.leaks.push(...shownIn(processesUnder(child), known, 'the process list')),
      )
      const { told, output, wasKilled } = await mortal.live({ kind: name, task }, plot)
      one.passed.push(mortal.passed)
      if (wasKilled) one.deaths++
      one.leaks.push(...shownIn(output, known, 'the output'))
      if (told !== null && 'failed' in told) one.faults.push(told.failed)
      else if (told === null && !wasKilled)
        one.faults.push(`the process ended without a word: ${output.slice(0, 500)}`)
      mortal = null
    }
    await judge(bed, plot, task, one, calm)
  } catch (error) {
    one.faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
  } finally {
    for (const proxied of standing) await proxied.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return one
}

/** One process, and the boundary at which it dies; 0: it lives to its end. */
class Mortal {
  readonly passed: Boundary[] = []
  readonly #dieAt: number
  readonly #look: (pid: number) => void
  readonly #called = new Set<string>()
  #child: ChildProcess | null = null
  #verb: string | null = null
  #isDead = false

  constructor(dieAt: number, look: (pid: number) => void) {
    this.#dieAt = dieAt
    this.#look = look
  }

  /** false: it has been killed here. */
  passes(where: Boundary['where']): boolean {
    const child = this.#child
    if (this.#isDead || child === null || this.#verb === null) return !this.#isDead
    this.passed.push({ verb: this.#verb, where })
    this.#look(child.pid!)
    if (this.passed.length !== this.#dieAt) return true
    this.#isDead = true
    child.kill('SIGKILL')
    return false
  }

  /** Only the first call of each verb is died in: the others are the same again. */
  #hears(at: 'begin' | 'end', verb: string): boolean {
    if (at === 'begin') {
      this.#verb = this.#called.has(verb) ? null : verb
      this.#called.add(verb)
    }
    const lives = this.passes(at)
    if (at === 'end') this.#verb = null
    return lives
  }

  async live(order: Order, plot: Plot): Promise<{ told: Told | null; output: string; wasKilled: boolean }> {
    const child = fork(join(import.meta.dirname, 'child.ts'), {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: compiled },
    })
    this.#child = child
    let output = ''
    let told: Told | null = null
    child.stdout?.on('data', part => (output += part))
    child.stderr?.on('data', part => (output += part))
    child.on('message', (message: Told) => {
      if ('at' in message && message.at === 'hand') {
        personOf(plot)(message.verb, message.handle, message.name).then(
          done => child.send(done),
          () => child.kill('SIGTERM'),
        )
      } else if ('at' in message) {
        if (this.#hears(message.at, message.verb)) child.send({ go: true })
      } else told = message
    })
    child.send(order)
    const timer = setTimeout(() => child.kill('SIGTERM'), limitMs)
    await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
    clearTimeout(timer)
    return { told, output, wasKilled: this.#isDead }
  }
}

/** Compiled modules are kept between the many starts of the same program. */
const compiled = join(tmpdir(), `rekey-trial-compiled-${process.getuid?.() ?? 0}`)

async function judge(bed: Bed, plot: Plot, task: Task, one: Life, calm: Life | null): Promise<void> {
  const { provider } = bed
  const account = await rotate(task, provider, (_verb, call) => call(), personOf(plot))
  one.orphans = await unowned(plot, account, one.faults)
  const values = [
    plot.existing.value,
    ...Object.values(plot.admin),
    ...(account.value === null ? [] : [account.value.reveal()]),
  ]
  one.leaks.push(...shownIn(account.events, values, 'the events'))
  for (const file of readdirSync(task.folder).filter(name => name.startsWith('rekey.db'))) {
    one.leaks.push(
      ...shownIn(readFileSync(join(task.folder, file), 'latin1'), values, `the store’s file ${file}`),
    )
  }
  if (calm === null)
    one.leaks.push(...shownIn((await bed.written()) ?? '', values, 'what the target wrote down'))
  one.end = `${account.ended}: ${account.versions.join(', ')}`
  const isSame = calm === null || one.end === calm.end
  // Where the target makes the value, one that was made and not heard of is void, and its number is not used again.
  if (!isSame && provider.abilities.secretFrom === 'us') one.faults.push(`it ended ${one.end}`)
  one.faults.push(...one.leaks, ...one.orphans.map(name => `an orphan is left: ${name}`))
}

/** What must be so in the end, however it came about. */
async function unowned(plot: Plot, account: Account, faults: string[]): Promise<string[]> {
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
  return there.filter(one => one !== handle)
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
