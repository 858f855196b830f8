// Docstore as a process of its own, and its administrator: whoever makes and ends keys by hand.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { compiled } from '../compiled.ts'
import { ask, isRefused } from './client.ts'
import type { KeyShown } from './keys.ts'

export interface DocstoreProcess {
  url: string
  adminKey: string
  createKey(name: string): Promise<{ id: string; secret: string }>
  deleteKey(id: string): Promise<void>
  keys(): Promise<KeyShown[]>
  accepts(token: string): Promise<boolean>
  stop(): Promise<void>
}

const startMs = 20_000

export const newAdminKey = () => `docs_admin_${randomBytes(24).toString('base64url')}`

export async function startDocstore(adminKey: string): Promise<DocstoreProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'vendor-child.ts')], {
    env: { ...compiled, DOCSTORE_ADMIN_KEY: adminKey },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  const port = await new Promise<number>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('Docstore did not start in time')), startMs)
    child.once('close', code => reject(new Error(`Docstore ended with ${code} before it listened`)))
    child.once('message', (told: { port: number }) => {
      clearTimeout(late)
      resolve(told.port)
    })
  })
  const url = `http://127.0.0.1:${port}`
  async function administer<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${url}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: Docstore answered ${answer.status}`)
    return (await answer.json()) as T
  }
  return {
    url,
    adminKey,
    createKey: name => administer('POST', '/keys', { name }),
    deleteKey: async id => void (await administer('DELETE', `/keys/${id}`)),
    keys: async () => (await administer<{ keys: KeyShown[] }>('GET', '/keys')).keys,
    async accepts(token) {
      try {
        // Under our own name: it is no use of the platform's.
        await ask({ url, userAgent: 'rekey' }, 'GET /me', token)
        return true
      } catch (error) {
        if (isRefused(error)) return false
        throw error
      }
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
