// Signing in through an OpenID Connect provider: there and back, with a person of ours at the end.
import type { Secret } from '@rekey/core'
import { beginSignOn, finishSignOn, type PendingSignOn } from '../access/sign-on.ts'
import { isBrowser, sentToDashboard } from '../http/browser.ts'
import { taken as done, type HandlersOf } from '../http/call.ts'
import { notFound, ProblemError } from '../http/problem.ts'
import { begun, taken } from './passkeys.ts'
import { type Plane, pagesAt } from './plane.ts'
import { secureIn, signedIn } from './session.ts'

export function signOns(plane: Plane): Pick<HandlersOf<'session'>, 'signOn' | 'signOnDone'> {
  const { ground, keep } = plane
  const known = async (id: string) => {
    const record = await keep.get('sign-on', id)
    if (record === null) throw notFound(`sign-on provider ${id}`)
    return { id, issuer: record.issuer, clientId: record.clientId, clientSecret: record.clientSecret }
  }
  return {
    async signOn({ params, reply, signal }) {
      const provider = await known(params.provider)
      const redirectUri = `${pagesAt(plane)[0]}/api/v1/session/sign-on/${encodeURIComponent(params.provider)}/done`
      const answer = await beginSignOn(provider, {
        redirectUri,
        random: ground.random,
        nowMs: ground.nowMs(),
        signal: signal(),
      })
      if (!answer.ok) throw new ProblemError('unavailable', { detail: answer.text, how: answer.how })
      const attempt = await begun(plane, `sign-on ${params.provider}`, null, answer.pending)
      // Which browser began it: the way back is taken from no other. Without a path it goes to where it came from, whatever stands before /api.
      reply.header(
        'set-cookie',
        `${cookieName}=${attempt}; HttpOnly; SameSite=Lax; Max-Age=300${secureIn(plane)}`,
      )
      return { url: answer.url }
    },

    async signOnDone({ params, query, request, reply, signal }) {
      const provider = await known(params.provider)
      const id = new RegExp(`(?:^|;\\s*)${cookieName}=([\\w-]{16,100})`).exec(
        request.headers.cookie ?? '',
      )?.[1]
      if (id === undefined) {
        throw new ProblemError('not-signed-in', {
          detail: 'This browser did not begin to sign in here, or too long ago.',
          how: 'Begin anew.',
        })
      }
      const { pending } = await taken(plane, id, `sign-on ${params.provider}`)
      const secret: Secret | null =
        provider.clientSecret === null ? null : await ground.admin(provider.clientSecret)
      const answer = await finishSignOn(provider, pending as PendingSignOn, query as Record<string, string>, {
        clientSecret: secret,
        nowMs: ground.nowMs(),
        signal: signal(),
      })
      if (!answer.ok) throw new ProblemError('not-signed-in', { detail: answer.text, how: answer.how })
      const people = await keep.all('person')
      const person = people.find(
        ({ record }) =>
          record.endedMs === null &&
          record.signOn.some(one => one.provider === params.provider && one.subject === answer.subject),
      )
      if (person === undefined) {
        throw new ProblemError('no-right', {
          detail: `Nobody here is known to ${params.provider} as ${answer.subject}.`,
          how: 'An admin adds you with that subject: POST /api/v1/people.',
        })
      }
      const session = await signedIn(plane, reply, person.id, 'sign-on', false)
      if (!isBrowser(request)) return session
      sentToDashboard(reply)
      return done
    },
  }
}

const cookieName = 'rekey-sign-on'
