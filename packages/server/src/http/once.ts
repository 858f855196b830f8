// Idempotency keys: the same key with the same request has the effect of once, and the same answer, for a day. The answer is
// kept sealed, for it may have a secret in it that is shown this once.
import { createHash } from 'node:crypto'
import type { Secret } from '@rekey/core'
import { Secret as SecretText } from '@rekey/core'
import type { Vault } from '@rekey/store'
import type { Keep } from '../access/kept.ts'
import { ProblemError } from './problem.ts'

export interface Answered {
  status: number
  answer: unknown
}

export interface Once {
  run(
    asked: { who: string; key: string; method: string; url: string; body: Uint8Array | null },
    act: () => Promise<Answered>,
  ): Promise<Answered>
}

const keptMs = 24 * 3_600_000
/** A request that died half-way is not waited for any longer than this. */
const workMs = 60_000

export function onceOf(
  keep: Keep,
  vault: Vault,
  nowMs: () => number,
  trouble: (error: unknown) => void,
): Once {
  return {
    async run({ who, key, method, url, body }, act) {
      const id = digest(`${who}\n${key}`)
      const request = digest(
        `${method}\n${url}\n${body === null ? '' : Buffer.from(body).toString('base64')}`,
      )
      const begun = { request, status: null, answer: null }
      if (!(await keep.once('idempotency', id, begun, nowMs() + workMs))) {
        const known = await keep.get('idempotency', id)
        if (known === null) throw underWay()
        if (known.request !== request) {
          throw new ProblemError('key-reused', {
            how: 'Make a new key for each request that is another one.',
          })
        }
        if (known.status === null || known.answer === null) throw underWay()
        return { status: known.status, answer: JSON.parse(opened(vault, id, known.answer).reveal()) }
      }
      let done: Answered
      try {
        done = await act()
      } catch (error) {
        // What was refused may be asked again under the same key: nothing was done.
        await keep.remove('idempotency', id)
        throw error
      }
      const answer = sealed(vault, id, JSON.stringify(done.answer))
      const record = { request, status: done.status, answer }
      // It is done, whether or not its answer can be kept: the key stays taken, and whoever asked is told.
      await keep.put('idempotency', id, record, { expiresMs: nowMs() + keptMs }).catch(trouble)
      return done
    },
  }
}

const underWay = () =>
  new ProblemError('in-progress', { how: 'Ask again in a moment, under the same key.', retryAfterMs: 1_000 })

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

/** As a value of no credential, bound to the key: a row moved elsewhere does not open. */
function sealed(vault: Vault, id: string, text: string): string {
  const row = vault.seal(`idempotency/${id}`, 1, new SecretText(text))
  const { rootKey, wrappedKey, ciphertext } = row
  return JSON.stringify([rootKey, base64(wrappedKey), base64(ciphertext)])
}

function opened(vault: Vault, id: string, text: string): Secret {
  const [rootKey, wrappedKey, ciphertext] = JSON.parse(text) as [string, string, string]
  return vault.open({
    credential: `idempotency/${id}`,
    version: 1,
    rootKey,
    wrappedKey: Buffer.from(wrappedKey, 'base64'),
    ciphertext: Buffer.from(ciphertext, 'base64'),
  })
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
