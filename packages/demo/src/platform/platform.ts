// The platform: processes that all live on one token, the night and the large files that come over it, and what they say of their work.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../show/clock.ts'
import { environmentFiles, type FromRekey, files, type Launched, launch, type Place } from './launch.ts'
import { type Line, openLine } from './line.ts'
import { largeFileMs, type MemberId, memberOf, members, nightMs } from './members.ts'
import { Tally } from './tally.ts'

export interface PlatformOptions {
  place: Omit<Place, 'line'>
  clock: Clock
  /** Something has changed that people see. */
  changed: () => void
}

const readyMs = 90_000
const endMs = 6_000

export class Platform {
  readonly tally = new Tally(members.map(one => one.id))
  /** What each process that is there holds: the id of a key. */
  readonly held = new Map<MemberId, Map<number, string | null>>()
  readonly #options: PlatformOptions
  readonly #running = new Map<MemberId, Set<Launched>>()
  readonly #ports = new Map<MemberId, number>()
  readonly #heard = new Map<MemberId, number>()
  #rekey = new Map<MemberId, FromRekey>()
  #line: Line | null = null
  #isStopping = false
  #nights = 0

  constructor(options: PlatformOptions) {
    this.#options = options
  }

  /** What a platform looks like after two years: the token is in the secret store, and in four other places. */
  install(token: string): void {
    const write = (name: string, text: string) =>
      writeFileSync(join(this.#options.place.folder, name), text, { mode: 0o600 })
    write(files.secret, `${token}\n`)
    for (const id of environmentFiles) write(files.environmentOf(id), `DOCSTORE_TOKEN=${token}\n`)
    write(files.replay, JSON.stringify({ token }))
    write(files.replayTemplate, '{ "token": {{ docstore.value | json }} }\n')
  }

  /** From its next start on it has its token from Rekey. */
  useRekey(id: MemberId, from: FromRekey): void {
    this.#rekey.set(id, from)
  }

  hasRekey(id: MemberId): boolean {
    return this.#rekey.has(id)
  }

  async start(): Promise<void> {
    const ear = {
      came: ({ who, pid, port }: { who: string; pid: number; port: number | null }) => {
        this.#heldBy(who).set(pid, this.#heldBy(who).get(pid) ?? null)
        if (port !== null) this.#ports.set(who as MemberId, port)
        this.#heard.set(who as MemberId, (this.#heard.get(who as MemberId) ?? 0) + 1)
        this.#options.changed()
      },
      heard: (
        { who, pid }: { who: string; pid: number },
        told: Parameters<Parameters<typeof openLine>[1]['heard']>[1],
      ) => {
        if (told.says === 'holds') this.#heldBy(who).set(pid, told.key)
        else this.tally.add(who, told)
        this.#options.changed()
      },
      left: ({ who, pid }: { who: string; pid: number }) => {
        // The curtain falls: everybody is shown as they were.
        if (this.#isStopping) return
        this.#heldBy(who).delete(pid)
        this.#options.changed()
      },
    }
    this.#line = await openLine(join(this.#options.place.folder, 'line'), ear)
    this.#line.setGoing(!this.#options.clock.isPaused)
    await Promise.all(members.filter(one => one.runs === 'always').map(one => this.#startAll(one.id)))
  }

  /** The nights and the large files come by themselves from now on. */
  begin({ firstNightMs, firstLargeFileMs }: { firstNightMs: number; firstLargeFileMs: number }): void {
    const again = async (firstMs: number, everyMs: number, run: () => Promise<unknown>) => {
      for (let nextMs = firstMs; ; nextMs = everyMs) {
        await this.#options.clock.wait(nextMs)
        if (this.#isStopping) return
        await run()
      }
    }
    // The act is over, and with it the clock.
    const left = () => undefined
    const night = async () => {
      await this.run('reconciliation')
      this.#nights++
    }
    void again(firstNightMs, nightMs, night).catch(left)
    void again(firstLargeFileMs, largeFileMs, () => this.run('oversized-fallback')).catch(left)
  }

  /** How many nights are over. */
  get nights(): number {
    return this.#nights
  }

  portOf(id: MemberId): number | null {
    return this.#ports.get(id) ?? null
  }

  setGoing(isGoing: boolean): void {
    this.#line?.setGoing(isGoing)
  }

  fallbackOff(id: MemberId): void {
    this.#line?.tell(id, { do: 'fallback-off' })
  }

  /** One run, from its start to its end. */
  async run(id: MemberId): Promise<void> {
    const before = this.#said(id)
    const one = this.#launch(id, 1)
    const code = await one.ended
    // One that could not even begin has told nobody.
    if (code !== 0 && this.#said(id) === before && !this.#isStopping) this.#fell(id, code, one)
  }

  /** A deployment, as teams have it: the new one is there before the old one goes. */
  async deploy(id: MemberId): Promise<void> {
    for (const old of [...(this.#running.get(id) ?? [])]) {
      const before = this.#heard.get(id) ?? 0
      this.#watched(id, this.#launch(id, 1))
      await this.#until(() => (this.#heard.get(id) ?? 0) > before, `${id} is there`)
      await end(old)
    }
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    const all = [...this.#running.values()].flatMap(some => [...some])
    await Promise.all(all.map(end))
    await this.#line?.close()
    this.#line = null
  }

  #said(id: MemberId): number {
    const { done, degraded, failed, deadLetters, putBack } = this.tally.of(id)
    return done + degraded + failed + deadLetters + putBack
  }

  async #startAll(id: MemberId): Promise<void> {
    const { copies, withRekey } = memberOf(id)
    // Under the wrapper all copies are its own.
    const isOne = this.hasRekey(id) && withRekey.by === 'run'
    for (let number = 1; number <= (isOne ? 1 : copies); number++) this.#watched(id, this.#launch(id, number))
    await this.#until(() => (this.#heard.get(id) ?? 0) >= copies, `${id} is there`)
  }

  async #until(isSo: () => boolean, what: string): Promise<void> {
    await this.#options.clock.until(what, isSo, readyMs)
  }

  #launch(id: MemberId, number: number): Launched {
    const place = { ...this.#options.place, line: this.#line!.path }
    const one = launch(memberOf(id), number, place, this.#rekey.get(id) ?? null)
    const some = this.#running.get(id) ?? new Set()
    this.#running.set(id, some.add(one))
    void one.ended.then(() => some.delete(one))
    return one
  }

  /** One that is to live and ends by itself has failed. */
  #watched(id: MemberId, one: Launched): void {
    void one.ended.then(code => {
      if (!this.#isStopping && !leaving.has(one)) this.#fell(id, code, one)
    })
  }

  #fell(id: MemberId, code: number, one: Launched): void {
    const why = `it ended with ${code}: ${one.errors().trim().split('\n').at(-1) ?? ''}`.slice(0, 200)
    this.tally.add(id, {
      outcome: 'failed',
      key: null,
      why,
      atMs: performance.timeOrigin + performance.now(),
    })
    this.#options.changed()
  }

  #heldBy(who: string): Map<number, string | null> {
    const known = this.held.get(who as MemberId) ?? new Map<number, string | null>()
    this.held.set(who as MemberId, known)
    return known
  }
}

/** Their end is our doing. */
const leaving = new WeakSet<Launched>()

async function end(one: Launched): Promise<void> {
  leaving.add(one)
  one.child.kill('SIGTERM')
  const late = setTimeout(() => one.child.kill('SIGKILL'), endMs)
  await one.ended
  clearTimeout(late)
}
