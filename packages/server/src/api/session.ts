// Signing in and out: password, passkey, sign-on. Each way ends in a session: a token in a cookie that scripts cannot read, or,
// for a command line, in the answer.
import { type AccessEvent, minuteMs, Secret } from '@rekey/core'
import { person } from '../access/caller.ts'
import type { Kept } from '../access/kept.ts'
import { hashPassword, needsRehash, passwordFaults, verifyPassword } from '../access/password.ts'
import { endTokens, keepToken, newPerson, personView, sessionLifeMs } from '../access/people.ts'
import { isSetUp } from '../access/set-up.ts'
import { readToken } from '../access/token-format.ts'
import { sessionCookie } from '../http/admit.ts'
import type { Call, HandlersOf } from '../http/call.ts'
import { notFound, ProblemError } from '../http/problem.ts'
import { passkeys } from './passkeys.ts'
import { type Plane, pagesAt } from './plane.ts'
import { signOns } from './sign-on.ts'

export function setUpHandlers(plane: Plane): HandlersOf<'setUp'> {
  const { ground, keep } = plane
  return {
    state: async () => ({ done: await isSetUp(keep) }),
    async first({ body, reply }) {
      const read = readToken(body.token)
      const record = read?.type === 'setup' ? await keep.get('setup', read.id) : null
      if (read === null || record === null || record.hash !== read.hash) {
        throw new ProblemError('not-signed-in', {
          detail: 'The set-up link is not good, or not any more.',
          how: 'Start the control plane again for a new link, or ask whoever has set it up.',
        })
      }
      const password = await accepted(body.id, body.password)
      const nowMs = ground.nowMs()
      const isFirst = await keep.once('nonce', 'set-up', true, nowMs + 10 * minuteMs)
      if (!isFirst || (await isSetUp(keep)))
        throw new ProblemError('already-exists', { detail: 'Somebody was faster.' })
      const by = { kind: 'person', id: body.id } as const
      const fresh = { ...newPerson(body.name, { '*': 'admin' }, nowMs), password }
      await keep.put('person', body.id, fresh, { event: { type: 'setUp', person: body.id, atMs: nowMs, by } })
      await keep.remove('setup', read.id)
      return signedIn(plane, reply, body.id, 'set-up', body.asToken === true)
    },
  }
}

export function sessionHandlers(plane: Plane): HandlersOf<'session'> {
  const { ground, keep } = plane
  return {
    ...passkeys(plane),
    ...signOns(plane),

    async ways() {
      const [people, providers] = await Promise.all([keep.all('person'), keep.all('sign-on')])
      return {
        password: true,
        passkey: people.some(({ record }) => record.endedMs === null && record.passkeys.length > 0),
        signOn: providers.map(({ id, record }) => ({ provider: id, name: record.name })),
      }
    },

    async signIn({ body, reply }) {
      const record = await keep.get('person', body.id)
      const known = record === null || record.endedMs !== null ? null : record
      const given = new Secret(body.password)
      const isRight = await unbusy(() => verifyPassword(given, known?.password ?? null))
      if (!isRight || known === null) {
        throw new ProblemError('wrong-password', { how: 'Try again, or sign in another way.' })
      }
      const { password } = known
      const fresh =
        password !== null && needsRehash(password) ? await unbusy(() => hashPassword(given)) : password
      return signedIn(plane, reply, body.id, 'password', body.token === true, record => {
        // While it was hashed, another one may have been set.
        return record.password === password ? { ...record, password: fresh } : null
      })
    },

    async get({ caller }) {
      const { id } = person(caller)
      return { person: personView(id, await found(plane, id)) }
    },

    async signOut({ caller, reply }) {
      const who = person(caller)
      if (who.with !== 'session') {
        throw new ProblemError('refused', {
          detail: 'An API token has no session.',
          how: 'Revoke the token instead.',
        })
      }
      const event: AccessEvent = {
        type: 'signedOut',
        person: who.id,
        atMs: ground.nowMs(),
        by: { kind: 'person', id: who.id },
      }
      await keep.remove('session', who.by, event)
      reply.header('set-cookie', cookie(plane, '', 0))
      return { ok: true }
    },

    async changePassword({ caller, body }) {
      const { id, by: session } = ownSession(caller)
      const record = await found(plane, id)
      if (record.password !== null) {
        const isRight =
          body.old !== undefined &&
          (await unbusy(() => verifyPassword(new Secret(body.old!), record.password)))
        if (!isRight)
          throw new ProblemError('wrong-password', { how: 'Give the password that you have now as "old".' })
      }
      const password = await accepted(id, body.fresh)
      const stamp = { atMs: ground.nowMs(), by: { kind: 'person', id } as const }
      await keep.change('person', id, known => {
        if (known.endedMs !== null || known.password !== record.password) throw changed()
        return { record: { ...known, password }, event: { type: 'passwordChanged', person: id, ...stamp } }
      })
      await endTokens(keep, id, session, false, stamp)
      return { ok: true }
    },
  }
}

/** How somebody proves themselves is changed by themselves, here and now, and not by a token that lies in a file. */
export function ownSession(caller: Parameters<typeof person>[0]) {
  const who = person(caller)
  if (who.with === 'session') return who
  throw new ProblemError('out-of-scope', {
    detail: 'An API token cannot change how its person signs in.',
    how: 'Sign in, and do it there.',
  })
}

export async function found({ keep }: Plane, id: string): Promise<Kept['person']> {
  return there(id, await keep.get('person', id))
}

export function there(id: string, record: Kept['person'] | null): Kept['person'] {
  if (record === null) throw notFound(`person ${id}`)
  return record
}

type SignedIn = { person: ReturnType<typeof personView>; expiresMs: number; token?: string }

export async function signedIn(
  plane: Plane,
  reply: Call<never>['reply'],
  id: string,
  way: Extract<AccessEvent, { type: 'signedIn' }>['with'],
  asToken: boolean,
  /** What this changes of the person; null: by now it is not good any more. */
  change: (record: Kept['person']) => Kept['person'] | null = record => record,
): Promise<SignedIn> {
  const { ground, keep } = plane
  const nowMs = ground.nowMs()
  const expiresMs = nowMs + sessionLifeMs
  const by = { kind: 'person', id } as const
  const record = await keep.change('person', id, known => {
    const next = known.endedMs === null ? change(known) : null
    if (next === null) throw changed()
    return { record: next, event: { type: 'signedIn', person: id, with: way, atMs: nowMs, by } }
  })
  const made = (hash: string) => ({ hash, person: id, madeMs: nowMs })
  const { text } = await keepToken(keep, 'session', 'session', ground.random, made, expiresMs)
  const answer = { person: personView(id, there(id, record)), expiresMs }
  if (asToken) return { ...answer, token: text.reveal() }
  reply.header('set-cookie', cookie(plane, text.reveal(), sessionLifeMs / 1_000))
  return answer
}

const changed = () =>
  new ProblemError('wrong-password', { detail: 'That was changed meanwhile.', how: 'Sign in anew.' })

/** Lax, or a sign-on provider's way back would arrive without it; whatever changes something is held to our own pages. */
function cookie(plane: Plane, text: string, ageS: number): string {
  return `${sessionCookie}=${text}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${ageS}${secureIn(plane)}`
}

/** Over plain HTTP a browser would not keep it. */
export const secureIn = (plane: Plane) =>
  pagesAt(plane).some(url => url.startsWith('https:')) ? '; Secure' : ''

/** As its hash, once it has passed the rules. */
export async function accepted(person: string, password: string): Promise<string> {
  const faults = passwordFaults(new Secret(password), person)
  if (faults.length > 0) {
    throw new ProblemError('not-acceptable', {
      detail: faults.join(' '),
      how: 'Choose another one; a few random words are good.',
    })
  }
  return unbusy(() => hashPassword(new Secret(password)))
}

/** Hashing costs memory on purpose: when too many wait, the next is asked to come again. */
async function unbusy<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if ((error as { code?: string } | null)?.code !== 'busy') throw error
    throw new ProblemError('too-many', { how: 'Try again in a moment.', retryAfterMs: 1_000 })
  }
}
