// Observations that come by webhook, signed as Standard Webhooks 1.0 have it (webhooks/standard.ts). Nothing is parsed before the
// signature was found good, and whoever guesses names of sources is told nothing by the answer: an unknown one is checked too,
// against a secret that nobody has. A message that was taken before counts no second time, and its sender is told that it was
// taken, or it would go on sending: the store takes a batch of that id once, in the transaction in which it counts.
import { statement, type TakenIn } from '@rekey/wire'
import { Type } from 'typebox'
import type { Kept } from '../access/kept.ts'
import type { Plane } from '../api/plane.ts'
import { checker } from '../http/check.ts'
import { ProblemError } from '../http/problem.ts'
import { signingSecrets } from '../webhooks/secrets.ts'
import { sharedSecret, verify, type WebhookRefusal } from '../webhooks/standard.ts'
import { heardOf } from './heard.ts'
import { type Speaker, takeSaid } from './said.ts'

export type Hook = (
  id: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  bytes: Uint8Array,
) => Promise<TakenIn>

export const sourceName = (id: string) => `source/${id}`

export const speakerOf = (id: string, { kind, lagMs, complete, bindings }: Kept['source']): Speaker => ({
  id: sourceName(id),
  kind,
  lagMs,
  complete,
  bindings,
})

const said = Type.Object(
  { statements: Type.Array(statement, { maxItems: 10_000 }) },
  { additionalProperties: false },
)

export function hookOf(plane: Plane): Hook {
  const { ground, keep, refusals } = plane
  const nobodys = sharedSecret(ground.random(32))
  const heard = heardOf(plane)
  const body = checker(said, 'body')
  return async (id, headers, bytes) => {
    const record = await keep.get('source', id)
    const name = sourceName(id)
    const isKnown = record?.kind === 'webhook' || record?.kind === 'ci'
    const keys = isKnown ? await signingSecrets(plane, name) : [nobodys]
    const nowMs = ground.nowMs()
    const verdict = verify({ headers, body: bytes, keys, nowMs })
    if (record === null || !isKnown || !verdict.ok) {
      const code = verdict.ok ? 'bad-signature' : verdict.code
      if (isKnown) refusals.noteSource(name, code, 1)
      throw notProved(code, nowMs)
    }
    await unfenced(plane)
    const { statements } = await readAs(plane, name, () => body.check(parsed(bytes)))
    const taken = await takeSaid(plane, speakerOf(id, record), `hook/${verdict.id}`, statements, name)
    if (taken.repeated) refusals.noteSource(name, 'replayed', statements.length)
    await heard(id)
    return taken
  }
}

type Said = { statements: Parameters<typeof takeSaid>[3] }

/** It came from whom it says, and cannot be read: whoever runs the source looks there. */
async function readAs({ refusals }: Plane, name: string, read: () => unknown): Promise<Said> {
  try {
    return read() as Said
  } catch (error) {
    refusals.noteSource(name, 'malformed', 1)
    throw error
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new ProblemError('malformed-json', { how: 'Send {"statements": […]} as JSON, in UTF-8.' })
  }
}

/** The secrets of a restored store may have been replaced after the backup was taken. */
export async function unfenced({ ground }: Plane): Promise<void> {
  if ((await ground.store.meta('fenced')) === null) return
  throw new ProblemError('unavailable', {
    detail: 'The store was restored from a backup and waits for a person.',
    how: 'Send it again later.',
    retryAfterMs: 60_000,
  })
}

function notProved(code: WebhookRefusal, nowMs: number): ProblemError {
  const isOfTime = code === 'too-old' || code === 'too-new'
  const isOfHeaders = code === 'missing-header' || code === 'bad-id' || code === 'bad-timestamp'
  return new ProblemError('bad-proof', {
    detail: isOfTime
      ? 'The message is from another time than ours.'
      : isOfHeaders
        ? 'The headers webhook-id, webhook-timestamp and webhook-signature are not all there, or not as they have to be.'
        : 'No source of that name has signed this.',
    how: 'Sign id, time and body with the secret of the source, as Standard Webhooks have it; nowMs is our clock.',
    nowMs,
  })
}
