// What differs from runtime to runtime: variables, files, the end of the process, timers that must not keep it alive. The only
// file that touches what is Node's own, and only after a look whether it is there: at an edge there is none of it.
import { RekeyError } from './error.ts'

interface Host {
  env?: Record<string, string | undefined>
  versions?: Record<string, string | undefined>
  once?(event: 'beforeExit', listener: () => void): void
  off?(event: 'beforeExit', listener: () => void): void
}
interface Globals {
  process?: Host
  Deno?: { env: { get(name: string): string | undefined } }
}

const { process: host, Deno: deno } = globalThis as Globals
const isNode =
  host?.versions?.['node'] !== undefined && host.versions['bun'] === undefined && deno === undefined

export function variable(name: string): string | undefined {
  const value = deno === undefined ? host?.env?.[name] : deno.env.get(name)
  return value === '' ? undefined : value
}

/** The last breath of a process that ends because nothing is left to do. */
export function atExit(listener: () => void): () => void {
  host?.once?.('beforeExit', listener)
  return () => host?.off?.('beforeExit', listener)
}

export type Timer = ReturnType<typeof setTimeout>

/** A timer that keeps no process alive. */
export function after(delayMs: number, run: () => void): Timer {
  // A longer delay than 2^31 ms would fire at once.
  const timer: Timer = setTimeout(run, Math.min(Math.max(delayMs, 0), 2_147_483_647))
  if (typeof timer === 'object') timer.unref?.()
  return timer
}

export async function readFileText(path: string, what: string): Promise<string> {
  try {
    const { readFile } = await import('node:fs/promises')
    return (await readFile(path, 'utf8')).trim()
  } catch (cause) {
    const text = `${what} cannot be read from ${path}.`
    throw new RekeyError('not-configured', text, 'Correct the path, or let this process read the file.', {
      cause,
    })
  }
}

/** null: there is none yet. A file that others may read is refused: whoever has the key is this agent. */
export async function readKeyFile(path: string): Promise<string | null> {
  try {
    const { readFile, stat } = await import('node:fs/promises')
    const { mode } = await stat(path)
    if (host?.versions?.['node'] !== undefined && !isWindows() && (mode & 0o077) !== 0) {
      throw new RekeyError('key-file', `Others may read the key file ${path}.`, `chmod 600 ${path}`)
    }
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof RekeyError) throw cause
    if ((cause as { code?: unknown }).code === 'ENOENT') return null
    throw new RekeyError('key-file', `The key file ${path} cannot be read.`, 'Correct REKEY_KEY_FILE.', {
      cause,
    })
  }
}

/** Whole or not at all, and the first of several processes wins: false, when there is one already. */
export async function writeKeyFile(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${crypto.randomUUID()}`
  const { link, rm, writeFile } = await import('node:fs/promises')
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' })
    await link(draft, path).catch(cause => {
      // Some shared file systems know no second names; then a reader may see a file that is still being written.
      if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(cause.code)) throw cause
      return writeFile(path, text, { mode: 0o600, flag: 'wx' })
    })
    return true
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'EEXIST') return false
    throw new RekeyError(
      'key-file',
      `The key file ${path} cannot be written.`,
      'Let this process write there, or unset REKEY_KEY_FILE.',
      { cause },
    )
  } finally {
    await rm(draft, { force: true })
  }
}

/** null: there is none yet. */
export async function readKept(path: string): Promise<string | null> {
  const { readFile } = await import('node:fs/promises')
  return readFile(path, 'utf8').catch(error => {
    if (error.code === 'ENOENT') return null
    throw error
  })
}

/** As a whole, on the disk when it is done, and for its owner alone. Several processes change it one after the other. */
export async function replaceKept(
  path: string,
  change: (text: string | null) => Promise<string>,
): Promise<void> {
  const { open, rename, rm } = await import('node:fs/promises')
  const { dirname } = await import('node:path')
  const draft = `${path}.${crypto.randomUUID()}`
  const unlock = await lock(`${path}.lock`)
  try {
    const text = await change(await readKept(path))
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
    const folder = await open(dirname(path), 'r')
    // Some file systems cannot do it; the file is there all the same.
    await folder.sync().catch(() => undefined)
    await folder.close()
  } finally {
    await rm(draft, { force: true })
    await unlock()
  }
}

const betweenLooksMs = 5
/** Nobody writes for so long: whoever made it has ended in between. */
const staleLockMs = 2_000

async function lock(path: string): Promise<() => Promise<void>> {
  const { rm, stat, writeFile } = await import('node:fs/promises')
  for (;;) {
    try {
      await writeFile(path, '', { flag: 'wx', mode: 0o600 })
      return () => rm(path, { force: true })
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'EEXIST') throw error
    }
    const there = await stat(path).catch(() => null)
    if (there !== null && Date.now() - there.mtimeMs > staleLockMs) await rm(path, { force: true })
    await new Promise(resolve => setTimeout(resolve, betweenLooksMs))
  }
}

const isWindows = () => (host as { platform?: string } | undefined)?.platform === 'win32'

export type Fetch = (
  url: URL,
  init: {
    method: string
    headers: Record<string, string>
    body?: string
    signal: AbortSignal
    redirect: 'manual'
  },
) => Promise<Response>

/**
 * A request that waits for long and is no reason for a process to go on living. The platform's fetch holds the process as long
 * as its socket is open, so under Node this one goes by node:http.
 */
export const quietFetch: Fetch = async (url, init) => {
  if (!isNode) return fetch(url, init)
  const { request } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'))
  const { Readable } = await import('node:stream')
  return new Promise<Response>((resolve, reject) => {
    const { method, headers, signal } = init
    const asked = request(url, { method, headers, signal, agent: false })
    asked.on('socket', socket => socket.unref())
    asked.on('error', reject)
    asked.on('response', answer => {
      const body = Readable.toWeb(answer) as unknown as ReadableStream<Uint8Array>
      const given = answer.statusCode ?? 500
      // What is no status of an answer cannot stand in a Response.
      const status = given >= 200 && given <= 599 ? given : 502
      const type = answer.headers['content-type']
      const isEmpty = status === 204 || status === 304
      resolve(
        new Response(isEmpty ? null : body, {
          status,
          headers: type === undefined ? {} : { 'content-type': type },
        }),
      )
    })
    asked.end(init.body)
  })
}
