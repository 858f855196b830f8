// Whoever signed in from here, kept for the next command: where, and with what. For its owner alone, and only ever sent to where it
// came from.
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { exitCodes, Failure } from '../exit.ts'
import type { Environment } from '../run/injection.ts'

export interface Session {
  url: string
  token: string
  /** An API token, or a session that ends by itself. */
  is: 'session' | 'token'
  person: string
  expiresMs: number | null
}

export function sessionPath(environment: Environment): string {
  const config = environment['XDG_CONFIG_HOME']
  const home = environment['HOME'] ?? homedir()
  // As the XDG base directory specification has it: what is no absolute path counts as not said.
  const folder = config?.startsWith('/') ? config : join(home, '.config')
  return join(folder, 'rekey', 'session.json')
}

/** null: nobody has signed in. */
export function readSession(environment: Environment): Session | null {
  const path = sessionPath(environment)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null
    throw new Failure(
      exitCodes.usage,
      `${path} cannot be read (${String((error as { code?: string }).code)}).`,
    )
  }
  const session = read(text)
  if (session === null)
    throw new Failure(exitCodes.usage, `${path} is no session.`, 'Sign in again: rekey sign-in')
  return session
}

function read(text: string): Session | null {
  try {
    const { url, token, is, person, expiresMs } = JSON.parse(text) as Partial<Session>
    const isWhole = typeof url === 'string' && URL.canParse(url) && typeof token === 'string'
    if (!isWhole || typeof person !== 'string' || (is !== 'session' && is !== 'token')) return null
    return { url, token, is, person, expiresMs: typeof expiresMs === 'number' ? expiresMs : null }
  } catch {
    return null
  }
}

export function keepSession(environment: Environment, session: Session): string {
  const path = sessionPath(environment)
  const fresh = `${path}.${process.pid}`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(fresh, `${JSON.stringify(session, null, 2)}\n`, { mode: 0o600 })
    chmodSync(fresh, 0o600)
    renameSync(fresh, path)
  } catch (error) {
    rmSync(fresh, { force: true })
    const { code } = error as { code?: string }
    throw new Failure(exitCodes.cannotWrite, `${path} cannot be written (${String(code)}).`)
  }
  return path
}

export function forgetSession(environment: Environment): void {
  rmSync(sessionPath(environment), { force: true })
}

/** null: it is for its owner alone, or not there. */
export function tooOpen(environment: Environment): string | null {
  try {
    const mode = statSync(sessionPath(environment)).mode & 0o777
    return (mode & 0o077) === 0 ? null : mode.toString(8).padStart(4, '0')
  } catch {
    return null
  }
}
