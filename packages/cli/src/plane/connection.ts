// Which control plane is asked, and as whom: what the environment says comes before whoever signed in here.
import { usage } from '../exit.ts'
import type { Environment } from '../run/injection.ts'
import { readSession, type Session } from './session-file.ts'

export interface Connection {
  url: URL
  /** null: as nobody. */
  token: string | null
  from: 'environment' | 'session' | 'nobody'
  session: Session | null
}

export function connectionOf(environment: Environment): Connection {
  const given = environment['REKEY_URL']
  const token = environment['REKEY_TOKEN']
  const session = readSession(environment)
  const url =
    given !== undefined && given !== '' ? addressOf(given) : session === null ? null : new URL(session.url)
  if (url === null) {
    throw usage(
      'It is not said which control plane is asked.',
      'Sign in with "rekey sign-in https://rekey.example.com", or set REKEY_URL.',
    )
  }
  if (token !== undefined && token !== '') return { url, token, from: 'environment', session: null }
  // A session is shown to nobody but whoever gave it.
  if (session !== null && new URL(session.url).origin === url.origin)
    return { url, token: session.token, from: 'session', session }
  return { url, token: null, from: 'nobody', session }
}

export function addressOf(text: string, name = 'REKEY_URL'): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw usage(`${name} is no address: ${JSON.stringify(text)}.`, 'Give it as https://host[:port].')
  }
  if (url.username !== '' || url.password !== '') {
    throw usage(
      `${name} has a name or a password in it, which would stand in every log on the way.`,
      'Leave it out.',
    )
  }
  return url
}

export const isLoopback = ({ hostname }: URL) =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127\./.test(hostname)
