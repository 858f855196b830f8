// A control plane in a process of its own with a shelf for a target, and Alice, who has set it up, at a shell.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ControlPlane, setUp, startControlPlane } from '@rekey/demo'
import { putUpShelf } from './shelf.ts'
import { type Shell, shellIn, type Typed } from './typed.ts'

export const password = 'three quiet otters'

export interface Place {
  plane: ControlPlane
  home: string
  /** Where the keys lie. */
  keys: string
  shell: Shell
  /** The same as a script has it: by variables, with what is kept of the session. */
  script(): Shell
  signIn(): Promise<Typed>
  file(name: string, text: string): string
  /** Typed again, until it comes to pass. */
  until(args: readonly string[], isEnough: (typed: Typed) => boolean): Promise<Typed>
  end(): Promise<void>
}

export async function openPlace(): Promise<Place> {
  const home = mkdtempSync(join(tmpdir(), 'rekey-cli-e2e-'))
  const providers = join(home, 'providers')
  const keys = putUpShelf(providers)
  const plane = await startControlPlane({
    REKEY_STORE: join(home, 'rekey.db'),
    REKEY_ADMIN_FOLDER: home,
    REKEY_PROVIDERS_FOLDER: providers,
    REKEY_SPOOL: join(home, 'spool'),
    REKEY_TICK_MS: '100',
  })
  const shell = shellIn(home)
  try {
    await setUp(plane, 'alice', password)
  } catch (error) {
    // A control plane that nobody ends would keep the specs waiting for ever.
    await plane.stop()
    throw error
  }
  return {
    plane,
    home,
    keys,
    shell,
    script() {
      const { token } = JSON.parse(readFileSync(join(home, 'rekey/session.json'), 'utf8')) as {
        token: string
      }
      return shellIn(home, { REKEY_URL: plane.address, REKEY_TOKEN: token })
    },
    signIn: () => shell.rekey(['sign-in', plane.address, '--as', 'alice'], `${password}\n`),
    file(name, text) {
      writeFileSync(join(home, name), text)
      return join(home, name)
    },
    async until(args, isEnough) {
      let typed = await shell.rekey(args)
      for (let tries = 0; tries < 60 && !isEnough(typed); tries++) {
        await new Promise(resolve => setTimeout(resolve, 200))
        typed = await shell.rekey(args)
      }
      assert.ok(isEnough(typed), `${args.join(' ')} ended with ${typed.code}\n${typed.out}${typed.err}`)
      return typed
    },
    async end() {
      await plane.stop()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** A credential on the shelf, as a file says it; a person attests what its one consumer does. */
export const documents = (keys: string, more = '') => `{
  // read by rekey apply
  "credentials": {
    "documents": {
      "name": "Document service", "kind": "http-api", "provider": "shelf", "target": "shelf", "environment": "dev",
      "settings": { "folder": ${JSON.stringify(keys)}, "prefix": "docs" },
      "owner": { "id": "alice", "name": "Alice" },
      "policy": { "quietMs": 1000, "errorWindowMs": 1000, "approvals": 1 },
      "consumers": {
        "reader": {
          "name": "Reader", "behaviour": "web-request", "observability": "attested",
          "reload": { "how": "every-use" }, "owner": { "id": "alice", "name": "Alice" },
          ${more}
        },
      },
    },
  },
}`
