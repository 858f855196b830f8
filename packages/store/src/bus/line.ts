// One connection to PostgreSQL that listens on one channel, until it is lost.
import type { Client, ClientConfig } from 'pg'

export interface LineOptions {
  connection: string | ClientConfig
  channel: string
  /** How long the other side may take for an answer before it counts as gone. */
  answerMs: number
  onPayload: (payload: string) => void
  /** Called once at most, and never while the line is being opened or after it was closed. */
  onLost: (line: Line, error: unknown) => void
}

export interface Line {
  notify(payload: string): Promise<void>
  check(): Promise<void>
  /** Never fails, and never waits for a server that does not answer. */
  close(): Promise<void>
}

const batchSize = 500

interface Waiting {
  payload: string
  resolve: () => void
  reject: (error: unknown) => void
}

/** So that it means the same quoted and not, and in every tool that somebody may listen with. */
export function checkChannel(channel: string): void {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(channel)) return
  throw new RangeError('a channel is named with up to 63 lower-case letters, digits and underscores')
}

export async function openLine({
  connection,
  channel,
  answerMs,
  onPayload,
  onLost,
}: LineOptions): Promise<Line> {
  // Loaded when first needed: the embedded store does without it.
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    ...(typeof connection === 'string' ? { connectionString: connection } : connection),
    application_name: `rekey bus ${channel}`.slice(0, 63),
    keepAlive: true,
    connectionTimeoutMillis: answerMs,
    query_timeout: answerMs,
  })
  let isOpen = false
  const lost = (error: unknown) => {
    if (!isOpen) return
    isOpen = false
    onLost(line, error)
  }
  const inTurn = turns(client)
  const line: Line = {
    notify: notifier(payloads => inTurn(notifyAll, [channel, payloads])),
    check: () => inTurn('SELECT 1', []),
    close: async () => {
      isOpen = false
      await end(client)
    },
  }
  // A client without this listener would bring the process down when its connection breaks.
  client.on('error', lost)
  client.on('end', () => lost(new Error('the connection has ended')))
  client.on('notification', notification => {
    if (isOpen) onPayload(notification.payload ?? '')
  })
  try {
    await client.connect()
    // A message that a crash of the server loses is lost anyway; without this every NOTIFY waits for the disk.
    await client.query('SET synchronous_commit = off')
    await client.query(`LISTEN ${client.escapeIdentifier(channel)}`)
  } catch (error) {
    await end(client)
    throw error
  }
  isOpen = true
  return line
}

const notifyAll = 'SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload'

/** One query at a time, which is what the driver asks for. */
function turns(client: Client): (sql: string, values: unknown[]) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve()
  return async (sql, values) => {
    const turn = last.then(() => client.query(sql, values))
    last = turn.catch(() => undefined)
    await turn
  }
}

/** What is published while a statement is under way goes into the next one, all of it in one round trip. */
function notifier(send: (payloads: string[]) => Promise<void>): (payload: string) => Promise<void> {
  const queue: Waiting[] = []
  let isSending = false
  const sendAll = async () => {
    isSending = true
    while (queue.length > 0) {
      const batch = takeDistinct(queue)
      await send(batch.map(one => one.payload)).then(
        () => batch.forEach(one => void one.resolve()),
        error => batch.forEach(one => void one.reject(error)),
      )
    }
    isSending = false
  }
  return payload =>
    new Promise((resolve, reject) => {
      queue.push({ payload, resolve, reject })
      if (!isSending) void sendAll()
    })
}

/** PostgreSQL makes one of two equal notifications in a transaction, and each was meant; the second waits its turn. */
function takeDistinct(queue: Waiting[]): Waiting[] {
  const payloads = new Set<string>()
  for (const { payload } of queue) {
    if (payloads.size === batchSize || payloads.has(payload)) break
    payloads.add(payload)
  }
  return queue.splice(0, payloads.size)
}

async function end(client: Client): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, 1_000)
  })
  await Promise.race([client.end().catch(() => undefined), late])
  clearTimeout(timer)
}
