// What a detector has found, put on the list like what others say. A detector is a channel that vouches for itself and shows no value: what it
// says is a hint.
import { type Detected, hourMs, type Observation, Secret } from '@rekey/core'
import type { Store } from '@rekey/store'
import type { Plane } from '../api/plane.ts'
import type { Report, Task } from './record.ts'

/** The same of the same hour is the same, whichever control plane has seen it. */
export async function putOnList(
  { ground, keep }: Plane,
  { credential, consumer, seenAs, version, atMs, source }: Observation,
  environment: string,
  kind: Detected['kind'],
  text: string,
): Promise<void> {
  if (kind === 'ghost-use' && (await isDismissed(ground.store, credential, consumer ?? seenAs ?? ''))) return
  const hour = Math.floor(atMs / hourMs)
  const who = consumer ?? `ghost ${seenAs ?? ''}`
  const eventId = ground.vault
    .fingerprint(new Secret([kind, credential, who, version, hour, text].join('\n')))
    .slice('hmac-sha256:'.length)
  const guards = [`detector/${eventId}`]
  if ((await keep.get('signal-seen', guards[0]!)) !== null) return
  const report: Report = {
    source: `detector/${kind}`,
    eventId,
    receivedMs: ground.nowMs(),
    auth: { scheme: 'internal', key_id: null, verified: true },
    kind,
    environments: [environment],
    fingerprint: null,
    handle: null,
    hint: { credential, version },
    own: null,
    alert: null,
    confidence: kind === 'dead-version-success' ? 0.95 : 0.5,
    public: false,
    evidence: eventId,
    locations: [`${who}, told by ${source}`.slice(0, 500)],
    summary: text,
  }
  const task: Task = { do: 'judge', report, guards, attempts: 0, nextMs: 0 }
  await keep.once('signal-task', `in/detector/${eventId}`, task, null)
}

async function isDismissed(store: Store, credential: string, name: string): Promise<boolean> {
  const { ghosts } = await store.ledger(credential)
  return ghosts.some(one => one.seenAs === name && one.state === 'dismissed')
}
