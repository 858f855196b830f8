// How agents join a control plane of the specs, and get their tokens.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import * as wire from '@rekey/wire'
import { Value } from 'typebox/value'
import { Proofs, type Token } from './fixture-proofs.ts'

export interface Joined {
  url: string
  join: string
  joinIsOnce: boolean
  tokenLifeMs: number
  nowMs(): number
}

export class Enrolment {
  readonly keys = new Set<string>()
  readonly tokens = new Map<string, Token>()
  readonly proofs = new Proofs()
  #joins = 0

  /** null: it was asked for something else. */
  answer(at: string, text: string, of: Joined): { status: number; json: unknown } | wire.ProblemCode | null {
    if (at === 'POST /agent/enrol') return this.#enrol(text, of)
    return at === 'POST /agent/token' ? this.#token(text, of) : null
  }

  #enrol(text: string, of: Joined): { status: number; json: unknown } | wire.ProblemCode {
    const body = JSON.parse(text) as wire.BodyOf<typeof wire.enrol>
    assert.ok(Value.Check(wire.enrol.body!, body))
    const key = this.proofs.thumbprint(body.assertion, of.url, of.nowMs())
    if (key === null) return 'bad-proof'
    if (body.join !== of.join) return 'not-signed-in'
    if (of.joinIsOnce) this.#joins++
    if (this.#joins > 1) return 'not-signed-in'
    this.keys.add(key)
    return { status: 201, json: { agent: 'a1', key, bindings: [], nowMs: of.nowMs() } }
  }

  #token(text: string, of: Joined): { status: number; json: unknown } | wire.ProblemCode {
    const body = JSON.parse(text) as wire.BodyOf<typeof wire.token>
    const key = this.proofs.thumbprint(body.assertion, of.url, of.nowMs())
    if (key === null) return 'bad-proof'
    if (!this.keys.has(key)) return 'not-signed-in'
    const token = `rka1.${randomUUID()}`
    const proofKey = randomBytes(32)
    const expiresMs = Math.round(of.nowMs() + of.tokenLifeMs)
    this.tokens.set(token, { proofKey, expiresMs })
    const more = { agent: 'a1', bindings: [], nowMs: of.nowMs() }
    return { status: 200, json: { token, proofKey: proofKey.toString('base64url'), expiresMs, ...more } }
  }
}
