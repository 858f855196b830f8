// rekey sign-in: with a password, or with an API token; kept for the commands that follow.
import type { Talk } from '../call.ts'
import { usage } from '../exit.ts'
import { flag, word } from '../kinds.ts'
import { addressOf, type Connection, connectionOf, isLoopback } from '../plane/connection.ts'
import { ProblemFailure } from '../plane/problem.ts'
import { keepSession, type Session } from '../plane/session-file.ts'
import { line } from '../show/blocks.ts'
import { quiet, warn } from '../show/words.ts'
import { verb } from '../verb.ts'

const text = `The session is kept in $XDG_CONFIG_HOME/rekey/session.json (~/.config), for you alone,
and is sent to nobody but the control plane that gave it. REKEY_URL and REKEY_TOKEN
go before it. The password is asked for without showing it, or read as a line of
standard input; it is never an argument. Whoever signs in with a passkey or
through a provider makes an API token on the screen, and gives it with --api-token.`

export const signIn = verb({
  name: 'sign-in',
  summary: 'sign in, and stay so for the commands that follow',
  text,
  args: {
    address: word(
      'address',
      'of the control plane, as https://rekey.example.com [REKEY_URL, or the last one]',
    ),
  },
  options: {
    as: word('person', 'your id'),
    apiToken: flag('with an API token instead of a password'),
  },
  examples: ['sign-in https://rekey.example.com --as alice', 'sign-in --api-token < token.txt'],
  async run(call) {
    const url = wanted(call.args.address, call)
    if (url.protocol === 'http:' && !isLoopback(url))
      call.tell(warn(`${url.host} is asked without encryption: whoever listens on the way can read along.`))
    const session = call.options.apiToken
      ? await byToken(call, url)
      : await byPassword(call, url, call.options.as)
    const path = keepSession(call.io.environment, session)
    const { person, expiresMs } = session
    const until = expiresMs === null ? '' : `, until ${call.times().both(expiresMs)}`
    // The token is in the file, and is shown to nobody.
    call.show({ url: session.url, person, is: session.is, expiresMs }, () => [
      line(`Signed in at ${url.host} as ${person}${until}.`),
      line(quiet(`Kept in ${path}.`)),
    ])
    if (call.io.environment['REKEY_TOKEN'] !== undefined)
      call.tell(warn('REKEY_TOKEN is set, and goes before this session.'))
    call.hint('now')
    return 0
  },
})

function wanted(address: string | undefined, call: Talk): URL {
  if (address !== undefined) return addressOf(address, 'The address')
  return connectionOf(call.io.environment).url
}

const asNobody = (url: URL): Connection => ({ url, token: null, from: 'nobody', session: null })

async function byPassword(call: Talk, url: URL, as: string | undefined): Promise<Session> {
  const plane = call.planeAs(asNobody(url))
  if (!(await takesPasswords(call))) {
    throw usage(
      'Nobody signs in with a password there.',
      'Make an API token on the screen, and give it with: rekey sign-in --api-token',
    )
  }
  if (as === undefined && !call.canAsk) throw usage('It is not said who signs in.', 'Give your id with --as.')
  const id = as ?? (await call.askLine('Your id:'))
  const password = await call.askSecret('Password')
  const { expiresMs, person, token } = await plane.ask('session.signIn', {
    body: { id, password, token: true },
  })
  if (token === undefined) throw usage(`What answers at ${url.host} gives no session for a command line.`)
  return { url: whole(url), token, is: 'session', person: person.id, expiresMs }
}

/** One that cannot say is tried. */
async function takesPasswords(call: Talk): Promise<boolean> {
  try {
    return (await call.ask('session.ways')).password
  } catch (error) {
    if (error instanceof ProblemFailure && error.status === 404) return true
    throw error
  }
}

async function byToken(call: Talk, url: URL): Promise<Session> {
  const token = await call.askSecret('API token')
  const plane = call.planeAs({ ...asNobody(url), token: token.trim() })
  const { person } = await plane.ask('session.get')
  return { url: whole(url), token: token.trim(), is: 'token', person: person.id, expiresMs: null }
}

const whole = (url: URL) => `${url.origin}${url.pathname.replace(/\/$/, '')}`
