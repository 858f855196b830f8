// For the specs of what is typed: a control plane that answers what a spec says it should, and one command in this process, with the
// terminal that the spec wants.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Io, Output } from './io.ts'
import { execute } from './program.ts'

export interface Asking {
  method: string
  /** From /api/v1 on, with the query. */
  path: string
  headers: IncomingMessage['headers']
  body: unknown
}

export interface Said {
  status?: number
  /** JSON, or text as it is. */
  value: unknown
  headers?: Record<string, string>
}

type Handler = (asking: Asking) => Said | 'lose' | 'hang'
/** By `GET /credentials/:id`, without the query; a bare value is the answer with 200. */
export type Answers = Record<string, Handler | object>

export class SmallPlane {
  readonly asked: Asking[] = []
  answers: Answers
  readonly #server = createServer((request, response) => void this.#handle(request, response))

  constructor(answers: Answers = {}) {
    this.answers = answers
    this.#server.keepAliveTimeout = 1
  }

  async start(): Promise<this> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  get lines(): string[] {
    return this.asked.map(one => `${one.method} ${one.path}`)
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // The clock of a spec is not that of this machine.
    response.sendDate = false
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const method = request.method ?? ''
    const path = (request.url ?? '').replace(/^\/api\/v1/, '')
    const asking: Asking = {
      method,
      path,
      headers: request.headers,
      body: text === '' ? null : JSON.parse(text),
    }
    this.asked.push(asking)
    const found = this.answers[`${method} ${path.split('?')[0]}`]
    const said =
      found === undefined
        ? notThere
        : typeof found === 'function'
          ? (found as Handler)(asking)
          : { value: found }
    if (said === 'hang') return
    if (said === 'lose') return void request.socket.destroy()
    const isText = typeof said.value === 'string'
    response.writeHead(said.status ?? 200, {
      'content-type': isText ? 'text/plain' : 'application/json',
      ...said.headers,
    })
    response.end(isText ? said.value : JSON.stringify(said.value))
  }
}

const notThere: Said = {
  status: 404,
  value: { code: 'not-found', title: 'There is nothing here.', status: 404 },
}

export const problem = (status: number, code: string, more: object = {}): Said => ({
  status,
  value: { type: 'about:blank', title: 'It did not work.', status, code, ...more },
})

export interface Typing {
  plane?: SmallPlane
  environment?: Record<string, string>
  width?: number
  /** A terminal at both outputs, and lines that a person types. */
  terminal?: boolean
  colour?: boolean
  typed?: string[]
  nowMs?: number
  /** Ctrl-C after so many pauses. */
  pauses?: number
}

export interface Typed {
  code: number
  out: string
  err: string
}

/** Noon UTC: what is shown is in whole minutes. */
export const specMs = Date.UTC(2026, 2, 1, 12)

export async function type(args: readonly string[], typing: Typing = {}): Promise<Typed> {
  const { colour = false, environment = {}, nowMs = specMs, plane, terminal = false, width = 80 } = typing
  const [out, err] = [heard(terminal, colour, width), heard(terminal, colour, width)]
  const lines = [...(typing.typed ?? [])]
  const next = async () => lines.shift() ?? null
  const interrupted = new AbortController()
  let pauses = 0
  const io: Io = {
    environment: {
      HOME: '/nowhere',
      ...(plane !== undefined && { REKEY_URL: plane.url, REKEY_TOKEN: 'rekey_pat_spec' }),
      ...environment,
    },
    out: out.output,
    err: err.output,
    input: { isTerminal: terminal, line: next, secret: next, all: async () => lines.splice(0).join('\n') },
    nowMs: () => nowMs + pauses,
    async pause(ms) {
      pauses += ms
      if (typing.pauses !== undefined && --typing.pauses <= 0) interrupted.abort()
    },
    interrupts: () => interrupted.signal,
  }
  const tell = (text: string) => err.output.write(`rekey: ${text}\n`)
  const code = await execute(args, { environment: io.environment, tell, io })
  return { code, out: out.text(), err: err.text() }
}

function heard(isTerminal: boolean, hasColour: boolean, width: number): { output: Output; text(): string } {
  let text = ''
  const output: Output = {
    isTerminal,
    hasColour,
    width,
    rows: 60,
    write(part) {
      text += part
    },
  }
  return { output, text: () => text }
}

/** Without the ends of lines, which depend on the width. */
export const flat = (text: string) => text.replace(/\s+/g, ' ')

export async function withPlane(answers: Answers, run: (plane: SmallPlane) => Promise<void>): Promise<void> {
  const plane = await new SmallPlane(answers).start()
  try {
    await run(plane)
  } finally {
    await plane.stop()
  }
}
