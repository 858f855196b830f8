// The door for signals. Nothing is parsed before the signature was found good; a message is answered once what it says is durable, and judged
// after that. Whoever guesses names of sources is told nothing: an unknown one is answered like a bad signature. The same message counts
// once: it is known again by its bytes, and by the id that its sender gives it.

import { createHash } from 'node:crypto'
import type { Secret } from '@rekey/core'
import type { Plane } from '../api/plane.ts'
import { ProblemError } from '../http/problem.ts'
import { heardOf } from '../intake/heard.ts'
import { unfenced } from '../intake/hook.ts'
import { signingSecrets } from '../webhooks/secrets.ts'
import { sharedSecret, verify } from '../webhooks/standard.ts'
import { gitGuardianMessage, isFromGitGuardian } from './gitguardian.ts'
import { gitHubMessage, isFromGitHub } from './github.ts'
import { isOwnToken } from './own-token.ts'
import { type FoundToken, feedbackOf, isFromPartner, partnerKeyId, partnerMessage } from './partner.ts'
import { type Headers, headerOf, isHmacHex } from './proof.ts'
import type { Channel, Report, Task } from './record.ts'
import { evidenceOf, type Message, reportOf } from './said.ts'
import { siemMessage, standardMessage } from './siem.ts'

export const signalSourceName = (id: string) => `signal-source/${id}`

export type Hooked =
  | { taken: number; repeated: boolean; nowMs: number }
  | { token_hash: string; token_type: string; label: string }[]

export type SignalHook = (id: string, headers: Headers, bytes: Uint8Array) => Promise<Hooked>

interface Proof {
  verified: boolean
  /** Of the message itself, where its headers say it. */
  id: string
}

export function signalHook(plane: Plane): SignalHook {
  const { ground, keep, refusals } = plane
  const nobodys = sharedSecret(ground.random(32))
  const heard = heardOf(plane, 'signal-heard')
  return async (id, headers, bytes) => {
    const channel = await keep.get('signal-source', id)
    const secrets = channel === null ? [nobodys] : await signingSecrets(plane, signalSourceName(id))
    const proof = await proofOf(plane, id, channel, headers, bytes, secrets)
    if (channel === null || proof === null) {
      if (channel !== null) refusals.noteSource(signalSourceName(id), 'bad-signature', 1)
      throw notProved(ground.nowMs())
    }
    await unfenced(plane)
    const read = readMessage(channel, headers, bytes, proof)
    if (read === null) {
      refusals.noteSource(signalSourceName(id), 'malformed', 1)
      throw new ProblemError('not-acceptable', {
        detail: 'The message is signed, and is not what it has to be.',
        how: 'docs/signals.md says what each kind of source sends.',
      })
    }
    const evidence = evidenceOf(ground, bytes)
    const message = { ...read.message, eventId: read.message.eventId || evidence }
    const scheme = schemes[channel.kind]
    const around = {
      source: id,
      scheme: proof.verified ? scheme : 'none',
      verified: proof.verified,
      environments: channel.environments,
      receivedMs: ground.nowMs(),
      evidence,
    }
    const reports = await Promise.all(
      message.said.map(one => knownOnly(plane, reportOf(ground, message, one, around))),
    )
    const repeated = await kept(plane, id, evidence, message.guard, reports)
    await heard(id)
    if (!repeated && reports.length > 0) plane.signals.wake()
    if ('tokens' in read) {
      const isOurs = await Promise.all(reports.map(one => isOwnToken(plane, one.own)))
      return feedbackOf(read.tokens, isOurs)
    }
    return { taken: repeated ? 0 : reports.length, repeated, nowMs: ground.nowMs() }
  }
}

const schemes = {
  github: 'hmac-sha256',
  'github-partner': 'ecdsa-p256-sha256',
  gitguardian: 'hmac-sha256',
  standard: 'standard-webhooks',
  siem: 'hmac-sha256',
} as const

/** null: it is not proved. An unknown source costs as much as a known one that was signed by somebody else. */
async function proofOf(
  plane: Plane,
  id: string,
  channel: Channel | null,
  headers: Headers,
  bytes: Uint8Array,
  secrets: readonly Secret[],
): Promise<Proof | null> {
  const nowMs = plane.ground.nowMs()
  const proved = (isGood: boolean, messageId = ''): Proof | null =>
    isGood ? { verified: true, id: messageId } : null
  switch (channel?.kind) {
    case undefined:
      isHmacHex('', 'sha256=', secrets, bytes)
      return null
    case 'github':
      return proved(isFromGitHub(headers, bytes, secrets))
    case 'gitguardian':
      return proved(isFromGitGuardian(headers, bytes, secrets, nowMs))
    case 'standard': {
      const verdict = verify({ headers, body: bytes, keys: secrets, nowMs })
      return verdict.ok ? proved(true, verdict.id) : null
    }
    case 'siem': {
      const siem = channel?.siem
      if (siem == null) return null
      if (!siem.signed) return { verified: false, id: '' }
      return proved(isHmacHex(headerOf(headers, siem.header) ?? '', siem.prefix, secrets, bytes))
    }
    case 'github-partner': {
      const keyId = partnerKeyId(headers)
      if (keyId === null || channel?.keys == null) return null
      const key = await plane.signals.keys.of(id, channel.keys, keyId)
      if (key === undefined) throw unasked()
      return key !== null && isFromPartner(headers, bytes, key) ? { verified: true, id: keyId } : null
    }
  }
}

type Read = { message: Message } | { message: Message; tokens: FoundToken[] }

function readMessage(channel: Channel, headers: Headers, bytes: Uint8Array, proof: Proof): Read | null {
  if (channel.kind === 'github-partner') return partnerMessage(bytes, proof.id)
  const message =
    channel.kind === 'github'
      ? gitHubMessage(headers, bytes)
      : channel.kind === 'gitguardian'
        ? gitGuardianMessage(bytes, channel.known)
        : channel.kind === 'standard'
          ? standardMessage(bytes, proof.id, channel.as)
          : siemMessage(bytes, channel, '')
  return message === null ? null : { message }
}

/** A name is kept only where it is one: whoever maps the wrong field may send the value in its place. */
async function knownOnly({ ground: { store } }: Plane, report: Report): Promise<Report> {
  if (report.hint === null) return report
  const row = await store.credential(report.hint.credential.slice(0, 200))
  return row === null ? { ...report, hint: null } : report
}

/** Durable when it returns; true: it was there before. */
async function kept(
  { ground, keep }: Plane,
  id: string,
  evidence: string,
  guard: string | null,
  reports: readonly Report[],
): Promise<boolean> {
  const byBytes = (at: number) => `${id}/${evidence}/${at}`
  // A sender's own id may be long, and may be anything.
  const byId = guard === null ? null : `${id}/id/${createHash('sha256').update(guard).digest('hex')}`
  for (const one of [byBytes(0), byId]) {
    if (one !== null && (await keep.get('signal-seen', one)) !== null) return true
  }
  if ((await keep.get('signal-task', `in/${byBytes(0)}`)) !== null) return true
  if (reports.length === 0) return false
  const writes = reports.map((report, at) => {
    const guards = [byBytes(at), ...(at === 0 && byId !== null ? [byId] : [])]
    const task: Task = { do: 'judge', report, guards, attempts: 0, nextMs: 0 }
    return {
      put: 'record',
      row: { kind: 'signal-task', id: `in/${byBytes(at)}`, record: task, expiresMs: null },
    } as const
  })
  await ground.store.commit({ fence: null, appends: [], writes })
  return false
}

const unasked = () =>
  new ProblemError('unavailable', {
    detail: 'The keys that it is signed with cannot be fetched.',
    how: 'Send it again later.',
    retryAfterMs: 60_000,
  })

const notProved = (nowMs: number) =>
  new ProblemError('bad-proof', {
    detail: 'No source of that name has signed this, or not now.',
    how: 'Sign it with the secret of the source, in the way of its kind (docs/signals.md); nowMs is our clock.',
    nowMs,
  })
