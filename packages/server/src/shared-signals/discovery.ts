// Where everything is (Shared Signals Framework 1.0, 7; RFC 8414): at the well-known places, in which the path of an issuer that has one
// comes last. They stand outside the API, for no standard asks for them there.
import { pollMethod, pushMethod, signalScopes } from '@rekey/wire'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Plane } from '../api/plane.ts'
import { jsonHeaders } from '../http/call.ts'
import { allListsUri } from '../status/lists.ts'

export function signalDiscovery(server: FastifyInstance, { orders }: Pick<Plane, 'orders'>): void {
  const serve = (name: string, said: (issuer: string) => object) => {
    const answer = async (request: FastifyRequest, reply: FastifyReply) => {
      const { issuer } = await orders.keys.ring()
      const asked = (request.params as { '*'?: string })['*'] ?? ''
      const path = new URL(issuer).pathname.replace(/^\/|\/$/g, '')
      // Of an issuer without a path there is none but the plain one; the plain one is always there.
      if (asked !== '' && asked.replace(/\/$/, '') !== path) return reply.callNotFound()
      return reply
        .headers({ ...jsonHeaders, 'access-control-allow-origin': '*' })
        .send(JSON.stringify(said(issuer)))
    }
    server.get(`/.well-known/${name}`, answer)
    server.get(`/.well-known/${name}/*`, answer)
  }
  serve('ssf-configuration', transmitter)
  serve('oauth-authorization-server', authorizationServer)
}

const at = (issuer: string, path: string) => `${issuer}/api/v1/ssf/${path}`

export const transmitter = (issuer: string) => ({
  spec_version: '1_0',
  issuer,
  jwks_uri: at(issuer, 'jwks'),
  delivery_methods_supported: [pushMethod, pollMethod],
  configuration_endpoint: at(issuer, 'streams'),
  status_endpoint: at(issuer, 'status'),
  add_subject_endpoint: at(issuer, 'subjects/add'),
  remove_subject_endpoint: at(issuer, 'subjects/remove'),
  verification_endpoint: at(issuer, 'verify'),
  authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6749' }],
  default_subjects: 'ALL',
})

const authorizationServer = (issuer: string) => ({
  issuer,
  token_endpoint: at(issuer, 'token'),
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  grant_types_supported: ['client_credentials'],
  response_types_supported: [],
  scopes_supported: [...signalScopes],
  status_list_aggregation_endpoint: allListsUri(issuer),
})
