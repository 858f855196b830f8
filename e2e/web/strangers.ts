// What Rekey hears of by itself: somebody uses a credential whom nobody registered, and a scanner says that something is wrong. Both come
// in as they do in practice, so that the pages of ghosts and signals are looked at with somebody on them.
import { type Person, sendSignal } from '@rekey/demo'
import { credential, type Story } from './chapters.ts'

export async function strangers(story: Story, api: Person): Promise<void> {
  await ghost(story, api)
  await signal(story, api)
}

/** An exporter of OpenTelemetry tells of a service that is bound to no consumer. */
async function ghost({ address, shown }: Story, api: Person): Promise<void> {
  const source = { kind: 'telemetry', bindings: [{ credential: credential.id, consumer: 'web' }] }
  const { secret } = await api.ask<{ secret: string }>('PUT', '/sources/traces', source)
  const { currentVersion } = await api.ask<{ currentVersion: number }>('GET', `/credentials/${credential.id}`)
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
  const record = {
    timeUnixNano: `${Date.now()}000000`,
    eventName: 'rekey.credential.used',
    attributes: [
      text('rekey.credential.id', credential.id),
      { key: 'rekey.credential.version', value: { intValue: currentVersion } },
      text('rekey.outcome', 'success'),
    ],
  }
  const resource = { attributes: [text('service.name', 'quarterly-report')] }
  const answer = await fetch(`${address}/api/v1/otlp/v1/logs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] }),
  })
  if (!answer.ok) throw new Error(`telemetry was not taken: ${answer.status} ${await answer.text()}`)
  const seen = await until('the ghost', async () => {
    const { items } = await api.ask<{ items: { seenAs: string }[] }>(
      'GET',
      `/credentials/${credential.id}/ghosts`,
    )
    return items.find(one => one.seenAs === 'quarterly-report')
  })
  shown['ghost'] = seen.seenAs
}

async function signal({ address, shown }: Story, api: Person): Promise<void> {
  const id = 'scanner'
  const source = { kind: 'standard', environments: ['production'] }
  const { secret } = await api.ask<{ secret: string }>('PUT', `/signal-sources/${id}`, source)
  const data = {
    kind: 'leak',
    credential: credential.id,
    locations: ['https://git.example/intake/config/old.env'],
    confidence: 0.6,
  }
  await sendSignal(address, { id, secret }, { type: 'leak.found', data })
  const seen = await until('the signal', async () => {
    const { items } = await api.ask<{ items: { id: string; reaction: string }[] }>('GET', '/signals')
    return items[0]
  })
  shown['signal'] = seen.reaction
  shown['signalId'] = seen.id
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const untilMs = Date.now() + 20_000
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > untilMs) throw new Error(`${what} did not come`)
    await new Promise(resolve => setTimeout(resolve, 200))
  }
}
