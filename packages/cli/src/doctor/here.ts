// What can be looked at without asking anybody: Node, settings, and the files of agents.
import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Failure } from '../exit.ts'
import { type Connection, connectionOf, isLoopback } from '../plane/connection.ts'
import { readSession, sessionPath, tooOpen } from '../plane/session-file.ts'
import type { Environment } from '../run/injection.ts'
import { type Finding, failed, ok, skipped, warned } from './finding.ts'

const needsNode = 24

export function nodeFinding(version: string): Finding {
  const major = Number(version.replace(/^v/, '').split('.')[0])
  if (major >= needsNode) return ok('Node', `${version}`)
  return failed('Node', `${version} is too old.`, `Use Node ${needsNode} or newer.`)
}

export function sessionFinding(environment: Environment): Finding {
  const path = sessionPath(environment)
  try {
    const session = readSession(environment)
    const open = tooOpen(environment)
    if (open !== null)
      return warned('session', `${path} can be read by others (${open}).`, `chmod 600 ${path}`)
    if (session === null) return ok('session', `Nobody has signed in from here (${path}).`)
    return ok('session', `${session.person} at ${session.url}, in ${path}`)
  } catch (error) {
    const { how, message } = error as Failure
    return failed('session', message, how)
  }
}

/** null: there is no address to go on with. */
export function addressFinding(environment: Environment): {
  finding: Finding
  connection: Connection | null
} {
  try {
    const connection = connectionOf(environment)
    return { connection, finding: ofAddress(connection, environment) }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { connection: null, finding: failed('address', error.message, error.how) }
  }
}

function ofAddress({ session, url }: Connection, environment: Environment): Finding {
  const given = environment['REKEY_URL'] !== undefined
  const from = given ? 'REKEY_URL' : 'the session'
  if (url.protocol === 'http:' && !isLoopback(url)) {
    return warned(
      'address',
      `${url.origin} (${from}) is not encrypted: tokens and values cross the network in the open.`,
      'Use https.',
    )
  }
  if (given && session !== null && new URL(session.url).origin !== url.origin) {
    return warned(
      'address',
      `${url.origin} (REKEY_URL); you are signed in at ${session.url}, and that session is not shown here.`,
      `Sign in there as well, or unset REKEY_URL: rekey sign-in ${url.origin}`,
    )
  }
  return ok('address', `${url.origin} (${from})`)
}

/** Whatever `rekey run`, `rekey files` and the SDK would find. */
export function agentFindings(environment: Environment): Finding[] {
  const {
    REKEY_IDENTITY_FILE: identity,
    REKEY_JOIN: join,
    REKEY_JOIN_FILE: joinFile,
    REKEY_KEY_FILE: key,
  } = environment
  if ([identity, join, joinFile, key].every(one => one === undefined)) {
    return [
      skipped(
        'agent',
        'No settings of an agent are set here (REKEY_JOIN_FILE, REKEY_IDENTITY_FILE, REKEY_KEY_FILE).',
      ),
    ]
  }
  const findings: Finding[] = []
  if (join !== undefined) {
    findings.push(
      warned(
        'agent join',
        'REKEY_JOIN is set: programs of the same user can read it.',
        'Put it into a file, and set REKEY_JOIN_FILE.',
      ),
    )
  }
  if (joinFile !== undefined)
    findings.push(secretFile('agent join', joinFile, /^rekey_join_\S+$/, 'a join token'))
  if (identity !== undefined)
    findings.push(secretFile('agent identity', identity, /^\S+\.\S+\.\S+$/, 'a token of an issuer (JWT)'))
  if (key !== undefined) findings.push(keyFile(key))
  else
    findings.push(ok('agent key', 'No REKEY_KEY_FILE: each process makes a key of its own, and enrols it.'))
  return findings
}

function secretFile(check: string, path: string, shape: RegExp, what: string): Finding {
  const text = textOf(path)
  if (text === null)
    return failed(check, `${path} cannot be read.`, 'Look whether it is there, and whose it is.')
  if (!shape.test(text.trim()))
    return failed(check, `${path} holds no ${what.replace(/^an? /, '')}.`, `Put ${what} there.`)
  const mode = modeOf(path)
  if ((mode & 0o077) !== 0)
    return warned(check, `${path} can be read by others (${octal(mode)}).`, `chmod 600 ${path}`)
  return ok(check, `${path} holds ${what}`)
}

function keyFile(path: string): Finding {
  const check = 'agent key'
  const text = textOf(path)
  if (text === null) {
    if (canWriteTo(dirname(path)))
      return ok(check, `${path} is not there yet: it is made at the first start.`)
    return failed(
      check,
      `${path} is not there, and its folder cannot be written.`,
      'Make the folder, or choose another one.',
    )
  }
  if (!isEd25519(text))
    return failed(check, `${path} holds no Ed25519 key.`, 'Remove it, and a new key is made and enrolled.')
  const mode = modeOf(path)
  if ((mode & 0o077) !== 0)
    return warned(check, `${path} can be read by others (${octal(mode)}).`, `chmod 600 ${path}`)
  return ok(check, path)
}

function isEd25519(text: string): boolean {
  try {
    const { crv, d, kty, x } = JSON.parse(text) as Record<string, unknown>
    return kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string' && typeof d === 'string'
  } catch {
    return false
  }
}

/** Only where a folder of vendor files and plugins can be seen from here: beside the control plane. */
export function providersFinding(
  environment: Environment,
  folder: string,
  kinds: readonly string[],
): Finding {
  const check = 'providers'
  const path = environment['REKEY_PROVIDERS_FOLDER'] ?? join(folder, 'data/providers')
  const files = namesIn(path)
  if (files === null) return ok(check, `${kinds.length} kinds; no folder of one's own is seen from here.`)
  const left = files.flatMap(name => {
    const kind = kindIn(join(path, name))
    return kind !== null && kinds.includes(kind)
      ? []
      : [kind === null ? `${name} (it is no JSON with a kind)` : name]
  })
  if (left.length === 0) return ok(check, `${kinds.length} kinds, ${files.length} of them from ${path}`)
  return warned(
    check,
    `Left out by the control plane: ${left.join(', ')}.`,
    'At its start it says what is wrong with each, as "left out"; it reads the folder only then.',
  )
}

function namesIn(path: string): string[] | null {
  try {
    return readdirSync(path)
      .filter(name => name.endsWith('.json'))
      .sort()
  } catch {
    return null
  }
}

function kindIn(path: string): string | null {
  try {
    const { kind } = JSON.parse(readFileSync(path, 'utf8')) as { kind?: unknown }
    return typeof kind === 'string' ? kind : null
  } catch {
    return null
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

const modeOf = (path: string) => statSync(path).mode & 0o777
const octal = (mode: number) => mode.toString(8).padStart(4, '0')

function canWriteTo(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
