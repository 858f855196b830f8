// For tests only: both ends of a sign-on, with a place on loopback where a provider can stand.
import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mock } from 'node:test'
import { Secret } from '@rekey/core'
import { exportJWK } from 'jose'
import { issuerKeys } from './issuer-keys.ts'
import {
  beginSignOn,
  type CallbackQuery,
  type FinishTerms,
  finishSignOn,
  type PendingSignOn,
  type SignOnProvider,
} from './sign-on.ts'

export const redirectUri = 'https://rekey.example/api/session/sign-on/corp/done'
export const secret = 'a:secret with+signs/and%more'
export const signal: AbortSignal = new AbortController().signal

export async function listen(): Promise<{
  base: string
  serve: (listener: RequestListener) => void
  close: () => void
}> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { base, serve: listener => void server.on('request', listener), close }
}

export async function begin(provider: SignOnProvider) {
  const begun = await beginSignOn(provider, { redirectUri, random: randomBytes, nowMs: Date.now(), signal })
  assert.ok(begun.ok)
  return begun
}
export function finish(
  provider: SignOnProvider,
  pending: PendingSignOn,
  query: CallbackQuery,
  change: Partial<FinishTerms> = {},
) {
  const terms = { clientSecret: new Secret(secret), nowMs: Date.now(), signal, keys: issuerKeys() }
  return finishSignOn(provider, pending, query, { ...terms, ...change })
}
export const codeOf = async (answer: ReturnType<typeof finish>) => {
  const done = await answer
  return done.ok ? 'ok' : done.code
}

/** Somebody else's provider of OpenID Connect, with a client that has a secret and one that has none. */
export async function realProvider(backTo: string): Promise<{ issuer: string; close: () => void }> {
  const place = await listen()
  const keyPair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  // It has no types of its own, so the compiler is not told its name.
  const name: string = 'oidc-provider'
  const { Provider } = (await import(name)) as {
    Provider: new (issuer: string, settings: object) => { callback: () => RequestListener }
  }
  const client = { redirect_uris: [backTo], id_token_signed_response_alg: 'ES256' }
  const jwk = { ...(await exportJWK(keyPair.privateKey)), kid: 'corp', use: 'sig', alg: 'ES256' }
  // It tells on the console that its own login pages are for trying out.
  const quiet = (['info', 'warn'] as const).map(method => mock.method(console, method, () => {}))
  const provider = new Provider(place.base, {
    clients: [
      { ...client, client_id: 'rekey', client_secret: secret },
      { ...client, client_id: 'open', token_endpoint_auth_method: 'none' },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    ttl: { AccessToken: 300, Grant: 300, IdToken: 300, Interaction: 300, Session: 300 },
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: true } },
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({
        sub,
        name: 'Mira Keller',
        email: 'mira@corp.example',
        email_verified: sub !== 'new',
      }),
    }),
  })
  place.serve(provider.callback())
  for (const one of quiet) one.mock.restore()
  return { issuer: place.base, close: place.close }
}

/** A browser with a person before it who signs in and agrees. */
export async function visit(start: string, person: string, backTo = redirectUri): Promise<CallbackQuery> {
  const jar = new Map<string, string>()
  let [url, form]: [string, string | null] = [start, null]
  for (let step = 0; step < 12; step++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie, ...(form !== null && { 'content-type': 'application/x-www-form-urlencoded' }) },
      ...(form !== null && { method: 'POST', body: form }),
    })
    for (const one of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(one) ?? []
      jar.set(name, value)
    }
    const page = await response.text()
    const to = response.headers.get('location')
    form = null
    if (to !== null) url = new URL(to, url).href
    else if (page.includes('value="login"')) form = `prompt=login&login=${person}&password=x`
    else if (page.includes('value="consent"')) form = 'prompt=consent'
    else throw new Error(`an unexpected page: ${response.status} ${page.slice(0, 200)}`)
    if (url.startsWith(backTo)) return Object.fromEntries(new URL(url).searchParams)
  }
  throw new Error('the provider never sent the browser back')
}
