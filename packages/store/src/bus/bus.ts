// The bus tells the other instances that something has happened: "look at credential 7". It may lose a message, so it
// never carries a fact that is nowhere else; whoever listens reads the store, and reads it again after a gap.
export interface Bus {
  /** Resolves when the message is handed over, not when it is received. The publisher receives it like everyone else. */
  publish(topic: string, message: string): Promise<void>
  /**
   * Resolves when messages published from now on will be received, each once, those of one publisher in order; answers
   * how to stop. `onGap` is called after messages may have been lost, when they are received again.
   */
  subscribe(topic: string, receive: Receive, onGap?: () => void): Promise<() => Promise<void>>
  close(): Promise<void>
}

export type Receive = (message: string) => void

export type BusCode = 'bad-message' | 'bus-closed' | 'bus-unreachable'

export class BusError extends Error {
  readonly code: BusCode
  /** What to do about it. */
  readonly how: string

  constructor(code: BusCode, text: string, how: string, cause?: unknown) {
    super(text, cause === undefined ? undefined : { cause })
    this.name = 'BusError'
    this.code = code
    this.how = how
  }
}

/** PostgreSQL takes a payload of less than 8000 bytes; the topic and the byte that ends it are part of ours. */
export const limitBytes = 7999

const border = '\n'

/** What travels. Both buses make it, so that what one of them refuses the other refuses too. */
export function toPayload(topic: string, message: string): string {
  checkTopic(topic)
  if (!message.isWellFormed() || message.includes('\0')) {
    throw new BusError(
      'bad-message',
      'the message has a NUL or is not well-formed Unicode',
      'Send JSON, which escapes both.',
    )
  }
  const payload = `${topic}${border}${message}`
  const bytes = Buffer.byteLength(payload)
  if (bytes > limitBytes) {
    throw new BusError(
      'bad-message',
      `the message and its topic have ${bytes} bytes, and ${limitBytes} can be sent`,
      'Send the id of what changed; whoever receives it reads the store.',
    )
  }
  return payload
}

/** null: somebody else uses the same channel for something else. */
export function fromPayload(payload: string): { topic: string; message: string } | null {
  const at = payload.indexOf(border)
  return at <= 0 ? null : { topic: payload.slice(0, at), message: payload.slice(at + 1) }
}

export function checkTopic(topic: string): void {
  if (/^[\x21-\x7e]{1,200}$/.test(topic)) return
  throw new BusError(
    'bad-message',
    'a topic has 1 to 200 printable ASCII characters and no space',
    'Use an identifier as the topic, and put text into the message.',
  )
}

export const busClosed = () =>
  new BusError('bus-closed', 'the bus is closed', 'Stop whatever uses it before it is closed.')
