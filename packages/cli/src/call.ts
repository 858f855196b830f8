// One command as it was typed: what it was given, whom it asks, and how it answers. `--json` and a person are answered from here, so
// that no command has to tell them apart.
import { exitCodes, Failure, usage } from './exit.ts'
import type { Io } from './io.ts'
import type { Kinds, Read } from './kinds.ts'
import { connectionOf } from './plane/connection.ts'
import type { Answer, Asked, Known } from './plane/operations.ts'
import { Plane } from './plane/plane.ts'
import { type Block, layout } from './show/blocks.ts'
import { plain, plainJson } from './show/plain.ts'
import { type Times, timesOf } from './show/times.ts'
import { type Look, linesOf, quiet, type Words } from './show/words.ts'

export interface Everywhere {
  json: boolean
  utc: boolean
  wide: boolean
  timeout: number | undefined
}

export interface CallParts {
  io: Io
  args: Readonly<Record<string, unknown>>
  options: Readonly<Record<string, unknown>>
}

const usualTimeoutMs = 30_000

/** Whom is asked, and how it is answered: all of a call but what was typed behind this one command. */
export class Talk {
  readonly io: Io
  readonly everywhere: Everywhere
  readonly signal: AbortSignal
  readonly #key: string | null
  #plane: Plane | null = null

  constructor({ io, options }: CallParts) {
    this.io = io
    this.everywhere = options as unknown as Everywhere
    this.#key = (options['idempotencyKey'] as string | undefined) ?? null
    this.signal = io.interrupts()
  }

  /** Whom it asks; made when it is first asked, for some commands ask nobody. */
  get plane(): Plane {
    this.#plane ??= this.planeAs(connectionOf(this.io.environment))
    return this.#plane
  }

  planeAs(connection: Plane['connection']): Plane {
    this.#plane = new Plane({
      connection,
      timeoutMs: this.everywhere.timeout ?? usualTimeoutMs,
      signal: this.signal,
      tell: text => this.tell(text),
      nowMs: this.io.nowMs,
      key: this.#key,
    })
    return this.#plane
  }

  ask<O extends Known>(operation: O, asked: Asked<O> = {}): Promise<Answer<O>> {
    return this.plane.ask(operation, asked)
  }

  /** Of the control plane, where it has been asked. */
  nowMs(): number {
    return this.#plane?.nowMs() ?? this.io.nowMs()
  }

  times(nowMs = this.nowMs()): Times {
    return timesOf(nowMs, this.everywhere.utc)
  }

  get look(): Look {
    const { hasColour, width } = this.io.out
    return { hasColour, width: this.everywhere.wide ? 10_000 : width }
  }

  /** To whoever reads standard output: as JSON, or as a person reads it. */
  show(answer: unknown, blocks: () => readonly Block[]): void {
    if (this.everywhere.json) this.json(answer)
    else this.print(blocks())
  }

  json(answer: unknown): void {
    const { out } = this.io
    out.write(`${plainJson(JSON.stringify(answer, null, out.isTerminal ? 2 : 0))}\n`)
  }

  print(blocks: readonly Block[]): void {
    const lines = layout(blocks, this.look)
    if (lines.length > 0) this.io.out.write(`${lines.join('\n')}\n`)
  }

  /** Beside the answer, for a person: what is under way, or what was decided by itself. */
  tell(words: Words): void {
    const { err } = this.io
    err.write(`${linesOf(words, { width: err.width, hasColour: err.hasColour }).join('\n')}\n`)
  }

  /** What to type next; only where somebody is there to type it. Never broken: it is to be copied. */
  hint(command: string | null): void {
    const { err } = this.io
    if (command === null || !err.isTerminal || this.everywhere.json) return
    const [text] = linesOf(quiet(`next: rekey ${command}`), {
      width: Number.POSITIVE_INFINITY,
      hasColour: err.hasColour,
    })
    err.write(`${text}\n`)
  }

  /** Somebody is there who can be asked. */
  get canAsk(): boolean {
    return this.io.input.isTerminal && this.io.err.isTerminal
  }

  async askLine(question: string): Promise<string> {
    this.io.err.write(`${plain(question)} `)
    const line = await this.io.input.line(this.signal).catch(() => {
      throw new Failure(exitCodes.interrupted, 'Interrupted; nothing was done.')
    })
    if (line === null) throw usage('There is no more to read: nothing was done.')
    return line.trim()
  }

  /** From a terminal without showing it, or the first line of standard input; never from the arguments, which everybody can read. */
  async askSecret(what: string): Promise<string> {
    const { err, input } = this.io
    const ask = () => {
      if (this.canAsk) err.write(`${what}: `)
    }
    const line = await input.secret(this.signal, ask).catch(() => {
      throw new Failure(exitCodes.interrupted, 'Interrupted; nothing was done.')
    })
    if (this.canAsk) err.write('\n')
    if (line === null || line === '')
      throw usage(`${what} is missing.`, 'Type it, or give it as a line of standard input.')
    return line
  }

  /** `yes`: what --yes says. */
  async confirm(question: string, yes: boolean): Promise<void> {
    if (yes) return
    if (!this.canAsk) throw usage('This has to be confirmed, and nobody is there to be asked.', 'Say --yes.')
    const answer = await this.askLine(`${question} [y/N]`)
    if (!/^y(es)?$/i.test(answer)) throw new Failure(exitCodes.failed, 'Nothing was done.')
  }

  async reason(given: string | undefined, question = 'Why? (it is kept in the record)'): Promise<string> {
    if (given !== undefined) return given
    if (!this.canAsk) throw usage('It is not said why.', 'Give --reason; it is kept in the record.')
    const typed = await this.askLine(question)
    if (typed.length >= 3) return typed
    throw usage('A reason has three letters or more: nothing was done.')
  }
}

/** With what was typed behind the command, as its own table has it. */
export class Call<A extends Kinds = Kinds, O extends Kinds = Kinds> extends Talk {
  readonly args: Read<A>
  readonly options: Read<O> & Everywhere

  constructor(parts: CallParts) {
    super(parts)
    // Read by the kinds of that table, name by name.
    this.args = parts.args as Read<A>
    this.options = parts.options as Read<O> & Everywhere
  }
}
