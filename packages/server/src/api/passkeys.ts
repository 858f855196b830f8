// Passkeys: added by whoever is signed in, and good for signing in without a password.
import { minuteMs } from '@rekey/core'
import type { Kept } from '../access/kept.ts'
import {
  type PasskeyCredential,
  type PendingPasskey,
  type RelyingParty,
  registrationOptions,
  signInOptions,
  verifyRegistration,
  verifySignIn,
} from '../access/passkey.ts'
import { personView } from '../access/people.ts'
import type { HandlersOf } from '../http/call.ts'
import { ProblemError } from '../http/problem.ts'
import { type Plane, pageOrigins, pagesAt } from './plane.ts'
import { found, ownSession, signedIn, there } from './session.ts'

type Handlers = Pick<
  HandlersOf<'session'>,
  'passkeyOptions' | 'passkey' | 'newPasskeyOptions' | 'newPasskey' | 'removePasskey'
>

const attemptMs = 5 * minuteMs

export function passkeys(plane: Plane): Handlers {
  const { ground, keep } = plane
  return {
    async passkeyOptions() {
      // No list of whoever's passkeys: it would tell who is registered. The browser knows its own.
      const { options, pending } = signInOptions(partyOf(plane), { allowed: [], random: ground.random })
      return { attempt: await begun(plane, 'passkey', null, pending), options }
    },

    async passkey({ body, reply }) {
      const { pending } = await taken(plane, body.attempt, 'passkey')
      const owner = await keep.get('passkey', body.credential.id.slice(0, 500))
      const record = owner === null ? null : await keep.get('person', owner.person)
      const stored = record?.passkeys.find(one => one.id === body.credential.id)
      if (owner === null || record === null || record.endedMs !== null || stored === undefined)
        throw unknown()
      const verdict = verifySignIn(partyOf(plane), pending as PendingPasskey, credentialOf(body.credential), {
        stored,
        personId: owner.person,
      })
      if (!verdict.ok) throw new ProblemError('wrong-password', { detail: verdict.text, how: verdict.how })
      const nowMs = ground.nowMs()
      return signedIn(plane, reply, owner.person, 'passkey', body.token === true, known => {
        const passkeys = known.passkeys.map(one =>
          one.id === stored.id ? { ...one, ...verdict.passkey, lastMs: nowMs } : one,
        )
        // It may have been removed just now.
        return passkeys.some(one => one.id === stored.id) ? { ...known, passkeys } : null
      })
    },

    async newPasskeyOptions({ caller }) {
      const { id } = ownSession(caller)
      const record = await found(plane, id)
      const existing = record.passkeys.map(one => one.id)
      const person = { id, name: record.name }
      const { options, pending } = registrationOptions(partyOf(plane), person, {
        existing,
        random: ground.random,
      })
      return { attempt: await begun(plane, 'new-passkey', id, pending), options }
    },

    async newPasskey({ caller, body }) {
      const { id } = ownSession(caller)
      const attempt = await taken(plane, body.attempt, 'new-passkey')
      if (attempt.person !== id) throw expired()
      const verdict = verifyRegistration(
        partyOf(plane),
        attempt.pending as PendingPasskey,
        credentialOf(body.credential),
      )
      if (!verdict.ok) throw new ProblemError('refused', { detail: verdict.text, how: verdict.how })
      if (!(await keep.once('passkey', verdict.passkey.id, { person: id }, null))) {
        throw new ProblemError('already-exists', {
          detail: 'This passkey is registered already.',
          how: 'Use it to sign in.',
        })
      }
      const nowMs = ground.nowMs()
      const added = { ...verdict.passkey, name: body.name, addedMs: nowMs, lastMs: null }
      const by = { kind: 'person', id } as const
      const next = await keep.change('person', id, record => ({
        record: { ...record, passkeys: [...record.passkeys, added] },
        event: { type: 'passkeyAdded', person: id, passkey: added.id, atMs: nowMs, by },
      }))
      return personView(id, there(id, next))
    },

    async removePasskey({ caller, params }) {
      const { id } = ownSession(caller)
      const stamp = { atMs: ground.nowMs(), by: { kind: 'person', id } as const }
      const next = await keep.change('person', id, record => ({
        record: { ...record, passkeys: leftOf(record, params.id) },
        event: { type: 'passkeyRemoved', person: id, passkey: params.id, ...stamp },
      }))
      await keep.remove('passkey', params.id)
      return personView(id, there(id, next))
    },
  }
}

function leftOf({ passkeys, password, signOn }: Kept['person'], id: string): Kept['person']['passkeys'] {
  const left = passkeys.filter(one => one.id !== id)
  if (left.length === passkeys.length) {
    throw new ProblemError('not-found', {
      detail: 'You have no such passkey.',
      how: 'Look at your own page.',
    })
  }
  if (left.length === 0 && password === null && signOn.length === 0) {
    throw new ProblemError('refused', {
      detail: 'It is your last way to sign in.',
      how: 'Add another passkey, or a password, first.',
    })
  }
  return left
}

/** Passkeys belong to a domain: that of the first address by which people come. */
function partyOf(plane: Plane): RelyingParty {
  const pages = pagesAt(plane)
  const named =
    pages.find(url => !/^https?:\/\/(\d+\.\d+\.\d+\.\d+|\[)/.test(url)) ?? pages[0] ?? 'http://localhost'
  return { id: new URL(named).hostname, name: 'Rekey', origins: pageOrigins(plane) }
}

export async function begun(
  plane: Plane,
  of: string,
  person: string | null,
  pending: unknown,
): Promise<string> {
  const { ground, keep } = plane
  const id = Buffer.from(ground.random(24)).toString('base64url')
  await keep.put('attempt', id, { of, person, pending }, { expiresMs: ground.nowMs() + attemptMs })
  return id
}

/** Once: whoever answers twice has copied something. */
export async function taken({ keep, ground }: Plane, id: string, of: string): Promise<Kept['attempt']> {
  const attempt = await keep.get('attempt', id)
  if (attempt === null || attempt.of !== of) throw expired()
  if (!(await keep.once('nonce', `attempt/${id}`, true, ground.nowMs() + attemptMs))) throw expired()
  await keep.remove('attempt', id)
  return attempt
}

type Shown = Parameters<HandlersOf<'session'>['passkey']>[0]['body']['credential']

const credentialOf = ({ id, response }: Shown): PasskeyCredential => ({ id, response })

const expired = () =>
  new ProblemError('not-signed-in', {
    detail: 'This attempt is over, or was used before.',
    how: 'Begin anew.',
  })
const unknown = () =>
  new ProblemError('wrong-password', {
    detail: 'This passkey is not known here.',
    how: 'Sign in another way.',
  })
