// Agents for a bench, made with the SDK's own key and proofs, so that what is sent is what an agent sends.
import {
  createHash,
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import type { Person } from '@rekey/demo'

export interface BenchAgent {
  id: string
  token: string
  proofKey: KeyObject
}

/** What they are all about: a key whose value is known here, so that answers can be measured, and searched for it. */
export const registerKey = (
  person: Person,
  id: string,
  consumers: readonly { id: string }[],
  existing: { handle: string; value: string },
) =>
  person.ask('POST', '/credentials', {
    id,
    credential: {
      name: 'Document provider',
      kind: 'llm-key',
      provider: 'manual',
      settings: { console: 'the provider’s page', prefix: 'bench' },
      target: 'documents',
      environment: 'production',
    },
    consumers,
    existing,
  })

/** So many agents, each with a key and a token of its own, all of them bound to the same. */
export async function agentsOf(
  person: Person,
  address: string,
  count: number,
  bindings: readonly { credential: string; consumer: string }[],
  name = 'bench',
): Promise<BenchAgent[]> {
  const agents: BenchAgent[] = []
  for (let at = 0; at < count; at++) {
    const id = `${name}-${at}`
    await person.ask('PUT', `/agents/${id}`, { name: id, bindings })
    const { join } = await person.ask<{ join: string }>('POST', `/agents/${id}/join`, { uses: 'many' })
    agents.push(await enrolled(address, id, join))
  }
  return agents
}

async function enrolled(address: string, id: string, join: string): Promise<BenchAgent> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const asserted = () => assertion(privateKey, x, address)
  await post(address, '/api/v1/agent/enrol', { assertion: asserted(), join })
  const { token, proofKey } = await post<{ token: string; proofKey: string }>(
    address,
    '/api/v1/agent/token',
    {
      assertion: asserted(),
    },
  )
  return { id, token, proofKey: createSecretKey(Buffer.from(proofKey, 'base64url')) }
}

function assertion(key: KeyObject, x: string, audience: string): string {
  const thumbprint = createHash('sha256')
    .update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`)
    .digest('base64url')
  const iat = Math.floor(Date.now() / 1_000)
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const head = part({ alg: 'EdDSA', typ: 'rekey-agent+jwt', jwk: { kty: 'OKP', crv: 'Ed25519', x } })
  const claims = { iss: thumbprint, sub: thumbprint, aud: audience, iat, exp: iat + 50, jti: nonce() }
  const signed = `${head}.${part(claims)}`
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`
}

const nonce = () => randomBytes(16).toString('base64url')

async function post<T>(address: string, path: string, body: unknown): Promise<T> {
  const answer = await fetch(`${address}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as T
}

const salt = nonce().slice(0, 12)
let proofs = 0

/** The two headers that prove a request. */
export function proved({ token, proofKey }: BenchAgent, method: string, path: string, body = ''): string {
  const tMs = Date.now()
  const once = `${salt}${(++proofs).toString(36).padStart(8, '0')}`
  const digest = body === '' ? '' : createHash('sha256').update(body).digest('base64url')
  const mac = createHmac('sha256', proofKey)
    .update(`${method}\n${path}\n${tMs}\n${once}\n${digest}`)
    .digest('base64url')
  return `authorization: Rekey ${token}\r\nrekey-proof: v1.${tMs}.${once}.${mac}\r\n`
}
