// Somebody says that something is wrong, in the way of Standard Webhooks: signed over id, time and body.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
import { createHmac, randomUUID } from 'node:crypto'

export interface SignalSaid {
  type: string
  data: Readonly<Record<string, unknown>>
}

export async function sendSignal(
  address: string,
  source: { id: string; secret: string },
  { type, data }: SignalSaid,
): Promise<void> {
  const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data })
  const id = `msg_${randomUUID()}`
  const atS = Math.floor(Date.now() / 1_000)
  const key = Buffer.from(source.secret.replace('whsec_', ''), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${atS}.${body}`).digest('base64')
  const answer = await fetch(`${address}/api/v1/signal-sources/${source.id}/hook`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(atS),
      'webhook-signature': `v1,${signature}`,
    },
    body,
  })
  if (!answer.ok) throw new Error(`the signal was not taken: ${answer.status}`)
}
