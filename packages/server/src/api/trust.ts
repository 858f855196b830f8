// Whose word is taken here: issuers of agents' identities, and providers through which people sign in.
import { need } from '../access/caller.ts'
import { ruleFaults } from '../access/identity-rule.ts'
import type { Kept } from '../access/kept.ts'
import type { HandlersOf } from '../http/call.ts'
import { notFound, ProblemError } from '../http/problem.ts'
import { type Plane, stamp } from './plane.ts'

export function issuerHandlers(plane: Plane): HandlersOf<'issuers'> {
  const { keep } = plane
  return {
    async list() {
      const all = await keep.all('issuer')
      return { items: all.map(({ id, record }) => ({ id, ...record }) as never) }
    },

    async put({ caller, params, body }) {
      need(caller, 'administer', null)
      const faults = body.rules.flatMap(rule => ruleFaults(rule))
      if (body.jwksUrl !== undefined) faults.push(...addressFaults(body.jwksUrl))
      if (body.kind !== 'spiffe') faults.push(...addressFaults(body.issuer))
      else if (!/^spiffe:\/\/[a-z0-9._-]{1,255}$/.test(body.issuer)) {
        faults.push('The issuer of SPIFFE identities is a trust domain, as in spiffe://example.org.')
      } else if (body.jwksUrl === undefined && body.jwks === undefined) {
        faults.push('SPIFFE has no discovery: give jwksUrl, or the keys as jwks.')
      }
      if (faults.length > 0) {
        throw new ProblemError('not-acceptable', {
          detail: faults.join(' '),
          how: 'Correct it, and try again.',
        })
      }
      const record = body as unknown as Kept['issuer']
      await keep.put('issuer', params.id, record, {
        event: {
          type: 'issuerTrusted',
          issuer: params.id,
          kind: body.kind,
          address: body.issuer,
          ...stamp(plane, caller),
        },
      })
      return { id: params.id, ...body }
    },

    async remove({ caller, params }) {
      need(caller, 'administer', null)
      if ((await keep.get('issuer', params.id)) === null) throw notFound(`issuer ${params.id}`)
      await keep.remove('issuer', params.id, {
        type: 'issuerRemoved',
        issuer: params.id,
        ...stamp(plane, caller),
      })
      return { ok: true }
    },
  }
}

export function signOnHandlers(plane: Plane): HandlersOf<'signOns'> {
  const { keep } = plane
  return {
    async list() {
      const all = await keep.all('sign-on')
      return { items: all.map(({ id, record }) => ({ id, name: record.name })) }
    },

    async put({ caller, params, body }) {
      need(caller, 'administer', null)
      const faults = addressFaults(body.issuer)
      if (faults.length > 0) {
        throw new ProblemError('not-acceptable', {
          detail: faults.join(' '),
          how: 'Give the issuer’s address as it names itself.',
        })
      }
      const { clientSecret = null, ...rest } = body
      await keep.put(
        'sign-on',
        params.id,
        { ...rest, clientSecret },
        {
          event: { type: 'signOnSet', provider: params.id, issuer: body.issuer, ...stamp(plane, caller) },
        },
      )
      return { id: params.id, ...body }
    },

    async remove({ caller, params }) {
      need(caller, 'administer', null)
      if ((await keep.get('sign-on', params.id)) === null) throw notFound(`sign-on provider ${params.id}`)
      await keep.remove('sign-on', params.id, {
        type: 'signOnRemoved',
        provider: params.id,
        ...stamp(plane, caller),
      })
      return { ok: true }
    },
  }
}

/** Keys that come over an open wire are anybody's keys; on this machine itself there is no wire. */
function addressFaults(text: string): string[] {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null) return [`"${text.slice(0, 200)}" is no address.`]
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isHere)) {
    return url.username === '' && url.password === ''
      ? []
      : ['An address may not carry a name or a password.']
  }
  return ['The address has to begin with https.']
}
