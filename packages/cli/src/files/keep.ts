// rekey files: files made of templates are kept as the assigned versions have them. What could not be done is tried again, later
// and later; what has been done is reported.
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KillHeard } from '@rekey/sdk'
import { durationMs } from '../duration.ts'
import { exitCodes, Failure } from '../exit.ts'
import type { FilesOptions } from '../files-command.ts'
import type { Snapshot } from '../reference.ts'
import { type Environment, withoutOurs } from '../run/injection.ts'
import { Supply, type Tell } from '../supply.ts'
import { whyNoPlace } from '../whole-file.ts'
import { type FilesPlan, type Kept, readFilesPlan, templateOf } from './config.ts'
import { removeDead } from './dead.ts'
import { doRound, type Outcome, runHooks, said } from './round.ts'

const firstBackoffMs = 1_000
const mostBackoffMs = 60_000
const holdMs = 3_600_000
const nothing: Pick<Outcome, 'faults'> = { faults: [] }

/** Gives back the code to end with. */
export async function keepFiles(
  options: FilesOptions,
  environment: Environment,
  tell: Tell,
): Promise<number> {
  const plan = await readFilesPlan(options.config)
  await check(plan)
  const name = environment['REKEY_INSTANCE'] || `${hostname()}-files`
  const supply = new Supply({
    wanted: plan.wanted,
    instance: `${name.slice(0, 100)}-${process.pid}-${randomBytes(3).toString('hex')}`,
    settleMs: lengthOf('--settle', options.settle),
    tell,
  })
  const keeper = new Keeper({
    plan,
    environment: withoutOurs(environment),
    supply,
    reader: name.slice(0, 200),
    tell,
  })
  supply.onKill(() => keeper.removeDead())
  try {
    // Before anything is waited for: what holds a version that was killed meanwhile must not lie there.
    await supply.askOrders()
    await keeper.removeDead()
    const snapshot = await supply.first(lengthOf('--wait', options.wait))
    return options.once ? await keeper.once(snapshot) : await keeper.follow(snapshot)
  } finally {
    await supply.close()
  }
}

interface KeeperOptions {
  plan: FilesPlan
  environment: Record<string, string>
  supply: Supply
  /** As what those who read the files here are known. */
  reader: string
  tell: Tell
}

class Keeper {
  readonly #options: KeeperOptions
  #latest: Snapshot = new Map()
  /** Ends the pause before another try. */
  #ring = new AbortController()
  /** One round, or one removal, at a time. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  async once(snapshot: Snapshot): Promise<number> {
    const { faults } = await this.#round(snapshot)
    return faults[0]?.exitCode ?? 0
  }

  /** Until it is asked to end; a round that has begun is finished. */
  async follow(first: Snapshot): Promise<number> {
    const { supply } = this.#options
    let isOver = false
    const end = () => {
      isOver = true
      this.#ring.abort()
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end)
    this.#latest = first
    supply.follow(snapshot => {
      this.#latest = snapshot
      this.#ring.abort()
    })
    for (let failures = 0; !isOver; ) {
      this.#ring = new AbortController()
      const snapshot = this.#latest
      // After a kill there is nothing to write until another version comes.
      const { faults } = supply.isDead(snapshot) ? nothing : await this.#round(snapshot)
      failures = faults.length > 0 ? failures + 1 : 0
      if (isOver || this.#latest !== snapshot) continue
      const waitMs = Math.min(firstBackoffMs * 2 ** (failures - 1), mostBackoffMs)
      await (failures > 0 ? this.#pause(waitMs) : this.#untilRung())
    }
    return 0
  }

  /** At once, and once more after a round that is under way, which may have written one. Whoever reads them is told by their hook. */
  async removeDead(): Promise<KillHeard> {
    const { plan, supply } = this.#options
    const remove = () => removeDead(plan, (credential, version) => supply.isKilled(credential, version))
    const first = await remove()
    return this.#inTurn(async () => {
      const second = await remove()
      const removed = [...new Set([...first.removed, ...second.removed])]
      const refused = await this.#tellOfRemoved(removed, second.kept)
      if (removed.length > 0) this.#ring.abort()
      return { held: removed.length + second.kept.length > 0, ...(refused !== null && { refused }) }
    })
  }

  /** null: it is as if they had never been there. */
  async #tellOfRemoved(removed: readonly Kept[], kept: readonly Kept[]): Promise<string | null> {
    const { environment, plan, tell } = this.#options
    const faults: Outcome['faults'] = []
    if (removed.length > 0) {
      tell(`removed, for its version was killed: ${removed.map(one => one.to).join(', ')}`)
      const owing = { ...plan, kept: removed }
      await runHooks(owing, new Map(), environment, { faults }, new Set())
    }
    for (const one of kept) tell(`${one.to} holds a version that was killed, and is kept`)
    for (const { text } of faults) tell(text)
    return kept.length > 0 ? 'kept' : faults.length > 0 ? 'hook-failed' : null
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  #round(snapshot: Snapshot): Promise<Outcome> {
    return this.#inTurn(() => this.#roundNow(snapshot))
  }

  async #roundNow(snapshot: Snapshot): Promise<Outcome> {
    const { environment, plan, reader, supply, tell } = this.#options
    const isKilled = (credential: string, version: number) => supply.isKilled(credential, version)
    const outcome = await doRound({ plan, snapshot, environment, isKilled })
    if (outcome.written.length > 0) tell(`written: ${outcome.written.join(', ')}`)
    for (const { text } of outcome.faults) tell(text)
    const { delivered, loaded } = said(outcome)
    supply.programs.delivered(delivered)
    supply.programs.loaded(reader, loaded)
    return outcome
  }

  async #pause(delayMs: number): Promise<void> {
    await sleep(delayMs, undefined, { signal: this.#ring.signal }).catch(() => undefined)
  }

  async #untilRung(): Promise<void> {
    // A pause that holds the process: nothing that the SDK waits for does.
    while (!this.#ring.signal.aborted) await this.#pause(holdMs)
  }
}

/** What can be known before anything is asked for. */
async function check({ kept }: FilesPlan): Promise<void> {
  const faults: string[] = []
  for (const one of kept) {
    const why = await whyNoPlace(one.to)
    if (why !== null) faults.push(why)
    await templateOf(one).catch(error => faults.push((error as Error).message))
  }
  if (faults.length > 0) throw new Failure(exitCodes.usage, faults.join('\n'))
}

function lengthOf(option: string, text: string): number {
  const lengthMs = durationMs(text)
  if (lengthMs !== null) return lengthMs
  throw new Failure(exitCodes.usage, `${option} ${text}: write a length of time, such as 500ms, 10s or 2m`)
}
