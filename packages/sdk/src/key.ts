// An agent's own key: Ed25519 (RFC 8032) by WebCrypto, its thumbprint (RFC 7638), the assertion that proves it (a JWT, RFC 7519,
// signed as RFC 8037 has it), and the proof of one request.
import { base64url, bytesOf, fromBase64url, sha256 } from './encoding.ts'
import { readKeyFile, writeKeyFile } from './environment.ts'
import { awayError, RekeyError } from './error.ts'

export type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>
interface Pair {
  publicKey: Key
  privateKey: Key
}

export interface AgentKey {
  readonly x: string
  readonly thumbprint: string
  readonly signing: Key
  /** It was in a file, so it may have been enrolled before. */
  readonly wasKept: boolean
}

const assertionSeconds = 50

/** A key of this process alone, or the one in the file, which is made when there is none. */
export async function agentKey(file: string | null): Promise<AgentKey> {
  if (file === null) return keyOf(await freshPair(false), false)
  for (let attempt = 0; attempt < 2; attempt++) {
    const kept = await readKeyFile(file)
    if (kept !== null) return keyFrom(kept, file)
    const pair = await freshPair(true)
    const { kty, crv, x, d } = await crypto.subtle.exportKey('jwk', pair.privateKey)
    if (await writeKeyFile(file, `${JSON.stringify({ kty, crv, x, d })}\n`)) return keyOf(pair, false)
  }
  throw new RekeyError('key-file', `The key file ${file} comes and goes.`, 'Look who else writes there.')
}

async function freshPair(extractable: boolean): Promise<Pair> {
  return (await crypto.subtle.generateKey('Ed25519', extractable, ['sign', 'verify'])) as Pair
}

async function keyOf({ publicKey, privateKey }: Pair, wasKept: boolean): Promise<AgentKey> {
  const { x } = await crypto.subtle.exportKey('jwk', publicKey)
  return { x: x!, thumbprint: await thumbprintOf(x!), signing: privateKey, wasKept }
}

async function keyFrom(text: string, file: string): Promise<AgentKey> {
  try {
    const { kty, crv, x, d } = JSON.parse(text) as Record<string, string>
    const jwk = { kty: kty!, crv: crv!, x: x!, d: d! }
    const signing = await crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['sign'])
    return { x: x!, thumbprint: await thumbprintOf(x!), signing, wasKept: true }
  } catch {
    // The platform's error may quote what it could not read, so it is no cause here.
    throw new RekeyError(
      'key-file',
      `The file ${file} holds no Ed25519 key.`,
      'Remove it, and a new key is made and enrolled.',
    )
  }
}

export async function thumbprintOf(x: string): Promise<string> {
  return base64url(await sha256(bytesOf(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`)))
}

export async function assertionOf(key: AgentKey, audience: string, nowMs: number): Promise<string> {
  const iat = Math.floor(nowMs / 1_000)
  const header = { alg: 'EdDSA', typ: 'rekey-agent+jwt', jwk: { kty: 'OKP', crv: 'Ed25519', x: key.x } }
  const claims = {
    iss: key.thumbprint,
    sub: key.thumbprint,
    aud: audience,
    iat,
    exp: iat + assertionSeconds,
    jti: crypto.randomUUID(),
  }
  const signed = `${part(header)}.${part(claims)}`
  const signature = await crypto.subtle.sign('Ed25519', key.signing, bytesOf(signed))
  return `${signed}.${base64url(new Uint8Array(signature))}`
}

const part = (value: unknown) => base64url(bytesOf(JSON.stringify(value)))

export function proofKeyOf(text: string): Promise<Key> {
  const bytes = fromBase64url(text)
  if (bytes === null) throw awayError('What answers there is no control plane.', undefined)
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}

export interface Proved {
  method: string
  pathWithQuery: string
  body: string | null
}

export async function proofOf(
  key: Key,
  { method, pathWithQuery, body }: Proved,
  nowMs: number,
): Promise<string> {
  const tMs = Math.round(nowMs)
  const nonce = base64url(crypto.getRandomValues(new Uint8Array(16)))
  const digest = body === null ? '' : base64url(await sha256(bytesOf(body)))
  const text = `${method}\n${pathWithQuery}\n${tMs}\n${nonce}\n${digest}`
  const mac = await crypto.subtle.sign('HMAC', key, bytesOf(text))
  return `v1.${tMs}.${nonce}.${base64url(new Uint8Array(mac))}`
}
