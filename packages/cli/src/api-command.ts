// `rekey api METHOD PATH [BODY]`: asks the API as it is. Whatever is secret comes from standard input (BODY as `-`) or from the
// environment, never as an argument: those stand in the list of processes.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Argument, Command, Option } from 'commander'
import { exitCodes } from './exit.ts'
import type { Context } from './program.ts'

interface Options {
  pick?: string
}

const timeoutMs = 30_000
const methods = ['GET', 'POST', 'PUT', 'DELETE']

export function apiCommand({ environment, tell }: Context, done: (code: number) => void): Command {
  return new Command('api')
    .summary('ask the control plane anything')
    .description('Asks the control plane anything that its API can be asked.')
    .addArgument(new Argument('<method>', 'what to do').choices(methods))
    .argument('<path>', 'where, from /api/v1 on, as /credentials')
    .argument('[body]', 'JSON; - reads it from standard input, which is where secrets belong')
    .addOption(new Option('--pick <field>', 'print one field only, as currentVersion or items.0.id'))
    .addHelpText('after', '\nREKEY_URL says where, and REKEY_TOKEN is an API token or a session token.')
    .action(async (method: string, path: string, body: string | undefined, { pick }: Options) => {
      const url = environment['REKEY_URL']
      if (url === undefined || !URL.canParse(url)) {
        tell('REKEY_URL is not set, or is no address: give it as https://host[:port].')
        return done(exitCodes.usage)
      }
      if (!path.startsWith('/')) {
        tell('The path begins with a slash, as /credentials.')
        return done(exitCodes.usage)
      }
      const sent = body === '-' ? readFileSync(0, 'utf8') : body
      try {
        const answer = await asked(new URL(`/api/v1${path}`, url), method, sent, environment['REKEY_TOKEN'])
        print(answer.text, pick)
        done(answer.ok ? 0 : codeOf(answer.status))
      } catch {
        tell(`The control plane at ${new URL(url).host} does not answer.`)
        done(exitCodes.away)
      }
    })
}

async function asked(url: URL, method: string, body: string | undefined, token: string | undefined) {
  const answer = await fetch(url, {
    method,
    headers: {
      accept: 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(method !== 'GET' && token !== undefined && { 'idempotency-key': randomUUID() }),
    },
    ...(body !== undefined && { body }),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  })
  return { ok: answer.ok, status: answer.status, text: await answer.text() }
}

/** The answer goes to standard output also where it is a problem: it says what to do. */
function print(text: string, pick: string | undefined): void {
  if (pick === undefined) {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
    return
  }
  let found: unknown = text === '' ? null : JSON.parse(text)
  for (const name of pick.split('.')) {
    const own = typeof found === 'object' && found !== null && Object.hasOwn(found, name)
    found = own ? (found as Record<string, unknown>)[name] : undefined
  }
  process.stdout.write(`${typeof found === 'string' ? found : JSON.stringify(found ?? null)}\n`)
}

const codeOf = (status: number) => (status === 401 || status === 403 ? exitCodes.notAllowed : 1)
