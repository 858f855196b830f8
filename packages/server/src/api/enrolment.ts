// How an agent's key becomes known, and how it gets short-lived tokens. The key never leaves the agent: it signs an assertion,
// and with the token comes what each request is proved with.
import { minuteMs } from '@rekey/core'
import { verifyIdentity } from '../access/identity.ts'
import { matches } from '../access/identity-rule.ts'
import type { Kept } from '../access/kept.ts'
import { type Assertion, verifyAssertion } from '../access/possession.ts'
import { readToken } from '../access/token-format.ts'
import type { HandlersOf } from '../http/call.ts'
import { ProblemError } from '../http/problem.ts'
import type { Plane } from './plane.ts'

const tokenLifeMs = 10 * minuteMs
/** The key of a process that is gone is forgotten after so long without a token. */
const keyLifeMs = 30 * 24 * 60 * minuteMs

interface Enrolment {
  agent: string
  how: string
}

export function enrolment(plane: Plane): Pick<HandlersOf<'agent'>, 'enrol' | 'token'> {
  const { agentTokens, ground, keep } = plane
  return {
    async enrol({ body, signal }) {
      const { thumbprint } = await asserted(plane, body.assertion)
      const { agent, how } = await enrolled(plane, body, signal())
      const record = await keep.get('agent', agent)
      if (record === null || record.endedMs !== null) throw ended(agent)
      const other = await keep.get('agent-key', thumbprint)
      if (other !== null && other.agent !== agent) {
        throw new ProblemError('refused', {
          detail: 'This key belongs to another agent already.',
          how: 'Give each agent a key of its own.',
        })
      }
      const nowMs = ground.nowMs()
      const key = { agent, instance: body.instance ?? null, how, enrolledMs: nowMs }
      const by = { kind: 'agent', id: agent } as const
      await keep.put('agent-key', thumbprint, key, {
        expiresMs: nowMs + keyLifeMs,
        event: { type: 'agentKeyEnrolled', agent, key: thumbprint, how, atMs: nowMs, by },
      })
      // Whoever ended the agent just now looked for its keys either after this one was there, or before this look.
      const now = await ground.store.record('agent', agent, nowMs)
      if (now === null || (now.record as Kept['agent']).endedMs !== null) {
        await keep.remove('agent-key', thumbprint, {
          type: 'agentKeyEnded',
          agent,
          key: thumbprint,
          atMs: nowMs,
          by,
        })
        throw ended(agent)
      }
      return { agent, key: thumbprint, bindings: record.bindings, nowMs }
    },

    async token({ body }) {
      const { thumbprint } = await asserted(plane, body.assertion)
      const key = await keep.get('agent-key', thumbprint)
      const record = key === null ? null : await keep.get('agent', key.agent)
      if (key === null || record === null || record.endedMs !== null) throw ended(key?.agent ?? null)
      const nowMs = ground.nowMs()
      if (key.enrolledMs < nowMs - keyLifeMs / 2) {
        await keep.put(
          'agent-key',
          thumbprint,
          { ...key, enrolledMs: nowMs },
          { expiresMs: nowMs + keyLifeMs },
        )
      }
      const expMs = nowMs + tokenLifeMs
      const minted = agentTokens.mint({ agent: key.agent, thumbprint, expMs, id: ground.id() })
      return { ...minted, expiresMs: expMs, agent: key.agent, bindings: record.bindings, nowMs }
    },
  }
}

/** Verified, and used for the first time. */
async function asserted({ ground, keep, urls }: Plane, text: string): Promise<Assertion> {
  const nowMs = ground.nowMs()
  const verdict = verifyAssertion(text, { audiences: urls, nowMs })
  if (!verdict.ok) throw new ProblemError('bad-proof', { detail: verdict.text, how: verdict.how, nowMs })
  const isFirst = await keep.once('nonce', `${verdict.thumbprint}/${verdict.jti}`, true, verdict.expMs)
  if (!isFirst) {
    throw new ProblemError('bad-proof', {
      detail: 'This assertion was used before.',
      how: 'Make a new one for each request.',
      nowMs,
    })
  }
  return verdict
}

async function enrolled(
  plane: Plane,
  { join, identity }: { join?: string; identity?: string },
  signal: AbortSignal,
): Promise<Enrolment> {
  if ((join === undefined) === (identity === undefined)) {
    throw new ProblemError('invalid-request', {
      detail: 'One of join and identity is needed.',
      how: 'Give a join token, or an identity token of an issuer that is trusted here.',
    })
  }
  return join !== undefined ? byJoin(plane, join) : byIdentity(plane, identity!, signal)
}

async function byJoin({ keep, ground }: Plane, text: string): Promise<Enrolment> {
  const read = readToken(text)
  const record = read?.type === 'join' ? await keep.get('join', read.id) : null
  if (read === null || record === null || record.hash !== read.hash) throw spent()
  if (record.uses === 'once') {
    const isFirst = await keep.once('nonce', `join/${read.id}`, true, ground.nowMs() + keyLifeMs * 4)
    if (!isFirst) throw spent()
    await keep.remove('join', read.id)
  }
  return { agent: record.agent, how: `join token ${read.id}` }
}

async function byIdentity({ keep, ground }: Plane, token: string, signal: AbortSignal): Promise<Enrolment> {
  const known = await keep.all('issuer')
  const issuers = known.map(({ id, record: { rules: _, ...issuer } }) => ({ id, ...issuer }))
  const verdict = await verifyIdentity(issuers, token, { nowMs: ground.nowMs(), signal })
  if (!verdict.ok) throw new ProblemError('bad-proof', { detail: verdict.text, how: verdict.how })
  const issuer = known.find(one => one.id === verdict.issuer)
  const rule = issuer?.record.rules.find(one => matches(one, verdict))
  if (rule === undefined) {
    throw new ProblemError('out-of-scope', {
      detail: `No rule says which agent ${verdict.subject} is.`,
      how: `An admin adds one to the issuer ${verdict.issuer}.`,
    })
  }
  return { agent: rule.agent, how: `issuer ${verdict.issuer}` }
}

const spent = () =>
  new ProblemError('not-signed-in', {
    detail: 'The join token is not known, was used already, or has expired.',
    how: 'Ask an admin for another one.',
  })

const ended = (agent: string | null) =>
  new ProblemError('not-signed-in', {
    detail: agent === null ? 'This key is not enrolled.' : `The agent ${agent} is not there, or was ended.`,
    how: 'Enrol the key; if the agent was ended, an admin registers it again.',
  })
