// One process of the program, from its start to its end. It shares our input, output, terminal and process group, so that whatever a
// terminal does to the one it does to the other; only where its output is searched for a line does it go through our hands.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { StringDecoder } from 'node:string_decoder'
import { codeOfSignal, exitCodes, Failure } from '../exit.ts'
import type { Snapshot } from '../reference.ts'

export interface Launch {
  program: string
  args: readonly string[]
  environment: Record<string, string>
  /** No two that live at once have the same. */
  number: number
  instance: (pid: number) => string
  given: Snapshot
  readsOutput: boolean
}

const longestLine = 65_536
/** What it wrote last is passed on, unless somebody it started goes on writing. */
const drainMs = 200

export class Copy {
  readonly pid: number
  readonly number: number
  readonly instance: string
  /** The code to end with on its behalf. It never fails. */
  readonly ended: Promise<number>
  /** What it was started with, or has taken up since. */
  holds: Snapshot
  /** It was ready with what it was started with. */
  hasLoaded = false
  /** Its end is our doing. */
  isPlanned = false
  #hasEnded = false
  readonly #child: ChildProcess
  readonly #lines = new Set<(line: string) => void>()

  static async start(launch: Launch): Promise<Copy> {
    const { program, args, environment, readsOutput } = launch
    const output = readsOutput ? 'pipe' : 'inherit'
    try {
      const child = spawn(program, args, { env: environment, stdio: ['inherit', output, output] })
      await once(child, 'spawn')
      return new Copy(child, launch)
    } catch (error) {
      const code = String((error as { code?: unknown }).code)
      const isMissing = code === 'ENOENT'
      const why = isMissing ? 'cannot be found' : `cannot be run (${code})`
      throw new Failure(isMissing ? exitCodes.notFound : exitCodes.cannotRun, `${program} ${why}.`)
    }
  }

  private constructor(child: ChildProcess, { number, instance, given }: Launch) {
    this.#child = child
    this.pid = child.pid!
    this.number = number
    this.instance = instance(this.pid)
    this.holds = given
    // A signal that comes too late, to a process that has ended, is no failure.
    child.on('error', () => undefined)
    if (child.stdout !== null) this.#passOn(child.stdout, process.stdout)
    if (child.stderr !== null) this.#passOn(child.stderr, process.stderr)
    this.ended = this.#untilEnd()
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.#hasEnded) this.#child.kill(signal)
  }

  /** Asks it to end, and after `graceMs` ends it. */
  async end(graceMs: number): Promise<number> {
    this.isPlanned = true
    this.signal('SIGTERM')
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs)
    const code = await this.ended
    clearTimeout(timer)
    return code
  }

  /** Each line of its output, from now on. */
  onLine(listener: (line: string) => void): () => void {
    this.#lines.add(listener)
    return () => this.#lines.delete(listener)
  }

  async #untilEnd(): Promise<number> {
    const closed = once(this.#child, 'close').catch(() => undefined)
    const [code, signal] = (await once(this.#child, 'exit')) as [number | null, NodeJS.Signals | null]
    this.#hasEnded = true
    if (this.#child.stdout !== null)
      await Promise.race([closed, new Promise(resolve => setTimeout(resolve, drainMs))])
    return code ?? codeOfSignal(signal!)
  }

  /** Byte for byte; not by pipe(), which would end ours with theirs. Who writes faster than is read is held back. */
  #passOn(from: NodeJS.ReadableStream, to: NodeJS.WritableStream): void {
    const decoder = new StringDecoder('utf8')
    let rest = ''
    from.on('data', (bytes: Buffer) => {
      if (!to.write(bytes)) {
        from.pause()
        to.once('drain', () => from.resume())
      }
      const lines = (rest + decoder.write(bytes)).split('\n')
      rest = lines.pop()!.slice(-longestLine)
      for (const line of lines) for (const listener of [...this.#lines]) listener(line)
    })
  }
}
