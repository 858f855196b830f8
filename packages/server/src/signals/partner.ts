// GitHub's secret scanning partner programme (https://docs.github.com/en/code-security/secret-scanning/secret-scanning-partnership-program):
// tokens that were found, signed with ECDSA P-256 over the body by a key that GitHub publishes. It is for the tokens that Rekey itself
// makes: an installation that GitHub reports to has their pattern registered there (docs/signals.md).
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { Plane } from '../api/plane.ts'
import { askJson } from './ask.ts'
import { type Headers, headerOf } from './proof.ts'
import type { Channel } from './record.ts'
import { type Message, objectIn, parsed, type Said, textIn } from './said.ts'

export interface PublishedKeys {
  /** null: it is not published; undefined: nobody can say just now. */
  of(channel: string, keys: NonNullable<Channel['keys']>, id: string): Promise<KeyObject | null | undefined>
}

/** Whoever guesses names of keys does not make us ask more often. */
const askEveryMs = 60_000
const mostTokens = 1_000

interface Known {
  url: string
  keys: Map<string, KeyObject>
  askedMs: number
}

export function publishedKeys(plane: () => Plane): PublishedKeys {
  const known = new Map<string, Known>()
  const fetched = async (channel: string, { url, secret }: NonNullable<Channel['keys']>) => {
    const { ground } = plane()
    const before = known.get(channel)
    const same = before?.url === url ? before : undefined
    if (same !== undefined && Math.abs(ground.nowMs() - same.askedMs) < askEveryMs) return same
    const asked = await askJson(plane(), url, secret)
    if (!asked.ok || asked.status !== 200) return same ?? null
    const now = { url, keys: keysIn(asked.body), askedMs: ground.nowMs() }
    known.set(channel, now)
    return now
  }
  return {
    async of(channel, keys, id) {
      const at = known.get(channel)
      const seen = at?.url === keys.url ? at.keys.get(id) : undefined
      if (seen !== undefined) return seen
      const now = await fetched(channel, keys)
      return now === null ? undefined : (now.keys.get(id) ?? null)
    },
  }
}

function keysIn(body: unknown): Map<string, KeyObject> {
  const keys = new Map<string, KeyObject>()
  const listed = objectIn(body)['public_keys']
  for (const one of Array.isArray(listed) ? listed.slice(0, 100) : []) {
    const { key_identifier: id, key } = objectIn(one)
    if (typeof id !== 'string' || typeof key !== 'string') continue
    try {
      const read = createPublicKey(key)
      if (read.asymmetricKeyType === 'ec' && read.asymmetricKeyDetails?.namedCurve === 'prime256v1')
        keys.set(id, read)
    } catch {
      // One that cannot be read signs nothing that we believe.
    }
  }
  return keys
}

export const partnerKeyId = (headers: Headers) => headerOf(headers, 'github-public-key-identifier')

export function isFromPartner(headers: Headers, body: Uint8Array, key: KeyObject): boolean {
  const text = headerOf(headers, 'github-public-key-signature') ?? ''
  const signature = Buffer.from(text, 'base64')
  return signature.length > 0 && verify('sha256', body, { key, dsaEncoding: 'der' }, signature)
}

export interface FoundToken {
  token: string
  type: string
}

/** What was found, as signals; and the tokens, to be answered for one by one. */
export function partnerMessage(
  body: Uint8Array,
  keyId: string,
): { message: Message; tokens: FoundToken[] } | null {
  const list = parsed(body)
  if (!Array.isArray(list) || list.length > mostTokens) return null
  const said: Said[] = []
  const tokens: FoundToken[] = []
  for (const one of list) {
    const { token, type, url, source } = objectIn(one)
    if (typeof token !== 'string' || token === '' || typeof type !== 'string') return null
    tokens.push({ token, type })
    const place = textIn(source)?.toLowerCase() ?? 'unknown'
    said.push({
      kind: 'public-leak',
      value: token,
      confidence: 0.95,
      public: true,
      locations: [textIn(url) ?? place],
      summary: `GitHub found ${type} in ${place}.`,
    })
  }
  // It has no id of its own: the hook gives it that of its bytes.
  return { message: { eventId: '', keyId, said, guard: null }, tokens }
}

/** As the programme has it: a hash of each, and whether it is one of ours. */
export const feedbackOf = (tokens: readonly FoundToken[], isOurs: readonly boolean[]) =>
  tokens.map(({ token, type }, at) => ({
    token_hash: createHash('sha256').update(token).digest('hex'),
    token_type: type,
    label: isOurs[at] === true ? 'true_positive' : 'false_positive',
  }))
