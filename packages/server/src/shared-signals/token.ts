// Tokens for receivers (OAuth 2.0 client credentials, RFC 6749 4.4): the receiver's id and secret, by HTTP Basic or in the form, for a token
// of an hour with what it asked for.
import { type SignalScope, signalScopes } from '@rekey/wire'
import { keepToken } from '../access/people.ts'
import { isSameText, readToken } from '../access/token-format.ts'
import type { Plane } from '../api/plane.ts'

export const tokenLifeMs = 3_600_000

export type Granted =
  | { ok: true; token: string; scopes: SignalScope[] }
  | {
      ok: false
      error: 'invalid_request' | 'invalid_client' | 'unsupported_grant_type' | 'invalid_scope'
      text: string
    }

export async function grant(
  { ground, keep }: Plane,
  contentType: string,
  bytes: Uint8Array,
  authorization: string | undefined,
): Promise<Granted> {
  const form = formIn(contentType, bytes)
  if (form === null) return no('invalid_request', 'send a form: application/x-www-form-urlencoded')
  const basic = authorization === undefined ? null : basicIn(authorization)
  if (authorization !== undefined && basic === null) return no('invalid_client', 'the header cannot be read')
  const inForm = form.get('client_secret') ?? null
  if (basic !== null && inForm !== null) return no('invalid_request', 'show the secret in one way only')
  const client = basic?.id ?? form.get('client_id') ?? ''
  const secret = basic?.secret ?? inForm
  if (secret === null) return no('invalid_client', 'no secret was shown')
  if (!(await isRight(keep, client, secret))) return no('invalid_client', 'id or secret is not right')
  const kind = form.get('grant_type')
  if (kind === null) return no('invalid_request', 'grant_type is missing')
  if (kind !== 'client_credentials') return no('unsupported_grant_type', 'only client_credentials is')
  const scopes = scopesIn(form.get('scope'))
  if (scopes === null) return no('invalid_scope', `scopes are ${signalScopes.join(' and ')}`)
  const made = (hash: string) => ({ receiver: client, hash, scopes })
  const expiresMs = ground.nowMs() + tokenLifeMs
  const { text } = await keepToken(keep, 'receiver-token', 'receiver', ground.random, made, expiresMs)
  return { ok: true, token: text.reveal(), scopes }
}

/** The secret itself, and no token that it was exchanged for. */
async function isRight(keep: Plane['keep'], client: string, secret: string): Promise<boolean> {
  const read = readToken(secret)
  if (read === null || read.type !== 'receiver') return false
  const record = await keep.get('receiver', client)
  return record !== null && record.hash !== null && isSameText(record.hash, read.hash)
}

function scopesIn(text: string | null): SignalScope[] | null {
  if (text === null || text.trim() === '') return [...signalScopes]
  const asked = text.trim().split(/ +/)
  const known = signalScopes.filter(one => asked.includes(one))
  return known.length === new Set(asked).size ? known : null
}

function formIn(contentType: string, bytes: Uint8Array): URLSearchParams | null {
  if (!/^application\/x-www-form-urlencoded\b/i.test(contentType)) return null
  const form = new URLSearchParams(Buffer.from(bytes).toString('utf8'))
  const names = [...form.keys()]
  // Said twice it is said in two ways (RFC 6749, 3.2).
  return new Set(names).size === names.length ? form : null
}

function basicIn(authorization: string): { id: string; secret: string } | null {
  const [, text] = /^basic +([A-Za-z0-9+/=]+)$/i.exec(authorization) ?? []
  if (text === undefined) return null
  const plain = Buffer.from(text, 'base64').toString('utf8')
  const at = plain.indexOf(':')
  if (at < 0) return null
  try {
    const [id, secret] = [plain.slice(0, at), plain.slice(at + 1)].map(one =>
      decodeURIComponent(one.replaceAll('+', ' ')),
    )
    return { id: id!, secret: secret! }
  } catch {
    return null
  }
}

const no = (error: Extract<Granted, { ok: false }>['error'], text: string): Granted => ({
  ok: false,
  error,
  text,
})
