// The access token of an agent and the key of its request proofs. Nothing about either is stored: the token carries what is to
// be known and an HMAC (RFC 2104, SHA-256), and the proof key is derived from the token's id under the same key. Reading is on the
// way of every request, so what was verified once is remembered for a while.
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { fromBase64Url, readObject } from './base64url.ts'
import { type HmacKey, hmacKey } from './hmac.ts'
import { isSameText } from './token-format.ts'

export interface AgentClaims {
  agent: string
  /** Of the key that the agent proved to hold. */
  thumbprint: string
  expMs: number
  id: string
}

export interface AgentToken extends AgentClaims {
  /** Of what went to the agent once, with the token. */
  proofKey: HmacKey
}

export interface AgentTokens {
  mint(claims: AgentClaims): { token: string; proofKey: string }
  /** null: not ours, changed, or over. */
  read(token: string, nowMs: number): AgentToken | null
}

const version = 'rka1'
const longestText = 4_096
const mostRemembered = 10_000

export function agentTokens(key: Uint8Array): AgentTokens {
  if (key.length < 32) throw new TypeError('the key of agent tokens has at least 32 bytes')
  // Wrapped once: a key given as bytes is prepared anew at each use.
  const secret = createSecretKey(key)
  const remembered = new Map<string, AgentToken>()
  return {
    mint({ agent, thumbprint, expMs, id }) {
      const payload = Buffer.from(JSON.stringify({ agent, thumbprint, id, expMs })).toString('base64url')
      const signed = `${version}.${payload}`
      return { token: `${signed}.${macOf(secret, signed)}`, proofKey: macOf(secret, `proof\n${id}`) }
    },

    read(token, nowMs) {
      const known = remembered.get(token)
      if (known !== undefined) {
        if (nowMs < known.expMs) return known
        remembered.delete(token)
        return null
      }
      const found = verified(secret, token)
      if (found === null || nowMs >= found.expMs) return null
      // The oldest goes: it costs its owner a few microseconds, and strangers cannot get in at all.
      if (remembered.size >= mostRemembered) remembered.delete(remembered.keys().next().value ?? '')
      remembered.set(token, found)
      return found
    },
  }
}

function verified(secret: KeyObject, token: string): AgentToken | null {
  if (typeof token !== 'string' || token.length > longestText) return null
  const [head, payload, mac, ...rest] = token.split('.')
  if (head !== version || payload === undefined || mac === undefined || rest.length > 0) return null
  // As texts, so that the one text of a MAC is accepted and no other that decodes to the same bytes.
  if (!isSameText(mac, macOf(secret, `${head}.${payload}`))) return null
  const { agent, thumbprint, id, expMs } = readObject(fromBase64Url(payload)) ?? {}
  if (typeof agent !== 'string' || typeof thumbprint !== 'string') return null
  if (typeof id !== 'string' || typeof expMs !== 'number') return null
  const proofKey = hmacKey(Buffer.from(macOf(secret, `proof\n${id}`), 'base64url'))
  return Object.freeze({ agent, thumbprint, id, expMs, proofKey })
}

const macOf = (secret: KeyObject, text: string): string =>
  createHmac('sha256', secret).update(text).digest('base64url')
