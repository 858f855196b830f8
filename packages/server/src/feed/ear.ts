// For tests only: somebody who listens to a stream of server-sent events, read as WHATWG HTML 9.2.6 has it, and what happens while
// they listen.
import assert from 'node:assert/strict'
import { get, type IncomingMessage } from 'node:http'
import type { AccessEvent } from '@rekey/core'
import type { Store } from '@rekey/store'
import { root } from '@rekey/wire'
import { type Asked, type Site, shownBy, type Town, until } from '../http/fixtures.ts'

export interface Message {
  id: number
  // biome-ignore lint/suspicious/noExplicitAny: of any stream; whoever listens knows which.
  data: any
}

export class Ear {
  readonly messages: Message[] = []
  readonly #over: Promise<void>
  #cursor: number | null = null
  #rest = ''
  #wake = () => {}

  constructor(response: IncomingMessage) {
    this.#over = new Promise(over => response.once('close', () => over()))
    response.setEncoding('utf8')
    response.on('error', () => undefined)
    response.on('data', (part: string) => this.#read(part))
    this.stop = () => void response.destroy()
  }

  readonly stop: () => void

  /** The last id that came, with a message or without one; null: none yet. */
  cursor(): number | null {
    return this.#cursor
  }

  /** Resolves when it has ended, whoever ended it. */
  async ended(): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(new Error('it was not ended')), 5_000)
    await Promise.race([this.#over, promise]).finally(() => clearTimeout(timer))
  }

  /** Until so many have come. */
  async heard(count: number): Promise<Message[]> {
    const { messages } = this
    const untilMs = performance.now() + 5_000
    while (messages.length < count) {
      const isOver = performance.now() > untilMs
      assert.ok(!isOver, `only ${messages.length} came: ${JSON.stringify(messages).slice(0, 1_000)}`)
      await new Promise<void>(again => {
        this.#wake = again
        setTimeout(again, 50)
      })
    }
    return messages
  }

  #read(part: string): void {
    const blocks = (this.#rest + part).split('\n\n')
    this.#rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const id = /^id: (\d+)$/m.exec(block)?.[1]
      const data = /^data: (.*)$/m.exec(block)?.[1]
      if (id !== undefined) this.#cursor = Number(id)
      if (data !== undefined) this.messages.push({ id: Number(id ?? 0), data: JSON.parse(data) })
    }
    this.#wake()
  }
}

export function listenTo(site: Site, path: string, { as = null, headers = {} }: Asked = {}): Promise<Ear> {
  const full = `${root}${path}`
  const shown = shownBy(as, { method: 'GET', path: full, nowMs: site.plane.ground.nowMs() })
  return new Promise((resolve, reject) => {
    const asked = { headers: { ...shown, ...headers }, agent: false }
    get(`${site.url}${full}`, asked, response => {
      if (response.statusCode === 200) return resolve(new Ear(response))
      response.resume()
      reject(new Error(`${path} answered ${response.statusCode}`))
    }).once('error', reject)
  })
}

/** An event that concerns all environments, with a text to know it again by. */
export const note = ({ plane: { keep, ground } }: Site, text: string) =>
  keep.note('settings/texts', {
    type: 'rulesChanged',
    rules: text,
    atMs: ground.nowMs(),
    by: { kind: 'person', id: 'alice' },
  } satisfies AccessEvent)

/** Until nobody listens anywhere. */
export const silence = ({ sites }: Town) =>
  until(
    () => sites.map(({ plane }) => plane.streams.count()),
    some => some.every(one => one.agents + one.people === 0),
  )

/** The second control plane reads a store that may be away, or take its time. */
export function faltering() {
  const store: { fails: boolean; gate: Promise<void> | null } = { fails: false, gate: null }
  const through = (real: Store, nth: number): Store => ({
    ...real,
    async credential(id) {
      if (nth > 0 && store.fails) throw Object.assign(new Error('it is away'), { code: 'store-unreachable' })
      // The first who comes waits, and the others go past.
      const { gate } = store
      if (nth > 0) store.gate = null
      if (nth > 0) await gate
      return real.credential(id)
    },
  })
  return { store, through }
}
