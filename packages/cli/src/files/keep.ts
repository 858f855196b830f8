// rekey files: files made of templates are kept as the assigned versions have them. What could not be done is tried again, later
// and later; what has been done is reported.
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { durationMs } from '../duration.ts'
import { exitCodes, Failure } from '../exit.ts'
import type { FilesOptions } from '../files-command.ts'
import type { Snapshot } from '../reference.ts'
import { type Environment, withoutOurs } from '../run/injection.ts'
import { Supply, type Tell } from '../supply.ts'
import { whyNoPlace } from '../whole-file.ts'
import { type FilesPlan, readFilesPlan, templateOf } from './config.ts'
import { doRound, type Outcome, said } from './round.ts'

const firstBackoffMs = 1_000
const mostBackoffMs = 60_000
const holdMs = 3_600_000

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
  const snapshot = await supply.first(lengthOf('--wait', options.wait))
  const keeper = new Keeper({
    plan,
    environment: withoutOurs(environment),
    supply,
    reader: name.slice(0, 200),
    tell,
  })
  try {
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

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  async once(snapshot: Snapshot): Promise<number> {
    const { faults } = await this.#round(snapshot)
    return faults[0]?.exitCode ?? 0
  }

  /** Until it is asked to end; a round that has begun is finished. */
  async follow(first: Snapshot): Promise<number> {
    let isOver = false
    const end = () => {
      isOver = true
      this.#ring.abort()
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end)
    this.#latest = first
    this.#options.supply.follow(snapshot => {
      this.#latest = snapshot
      this.#ring.abort()
    })
    for (let failures = 0; !isOver; ) {
      this.#ring = new AbortController()
      const snapshot = this.#latest
      const { faults } = await this.#round(snapshot)
      failures = faults.length > 0 ? failures + 1 : 0
      if (isOver || this.#latest !== snapshot) continue
      const waitMs = Math.min(firstBackoffMs * 2 ** (failures - 1), mostBackoffMs)
      await (failures > 0 ? this.#pause(waitMs) : this.#untilRung())
    }
    return 0
  }

  async #round(snapshot: Snapshot): Promise<Outcome> {
    const { environment, plan, reader, supply, tell } = this.#options
    const outcome = await doRound({ plan, snapshot, environment })
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
