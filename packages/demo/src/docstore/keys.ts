// The keys of Docstore: what it accepts, what it refuses and with which word, and who used which key last. It is a vendor like any other, and
// knows nothing of Rekey. A value is shown once, when its key is made, and kept as a hash.
import { createHash, randomBytes } from 'node:crypto'

export interface Key {
  id: string
  name: string
  enabled: boolean
  createdMs: number
  /** By the name that a caller gives itself. */
  usedBy: Map<string, number>
}

export type Checked = { is: 'good'; key: Key } | { is: 'refused'; code: 'invalid_key' | 'disabled_key' }

/** What Docstore shows of a key. Times are whole seconds, as vendors give them. */
export interface KeyShown {
  id: string
  name: string
  enabled: boolean
  created_at: number
  last_used_at: number | null
  used_by: { name: string; last_used_at: number }[]
}

/** `docs_`, the id of the key, and what is secret. Who finds a value can tell whose it is, and not use the name for anything. */
const shape = /^docs_(k[0-9a-f]{8})_[A-Za-z0-9_-]{32}$/

/** The id of the key in a value, which is no secret; null: it is none of Docstore's. */
export const keyIdOf = (value: string): string | null => shape.exec(value)?.[1] ?? null

export class Keys {
  readonly #byHash = new Map<string, Key>()
  readonly #nowMs: () => number

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs
  }

  create(name: string): { key: Key; secret: string } {
    const id = `k${randomBytes(4).toString('hex')}`
    const secret = `docs_${id}_${randomBytes(24).toString('base64url')}`
    const key: Key = { id, name, enabled: true, createdMs: this.#nowMs(), usedBy: new Map() }
    this.#byHash.set(hashOf(secret), key)
    return { key, secret }
  }

  /** Whether a call may be made with this value; if so it counts as a use. */
  use(value: string, caller: string): Checked {
    const key = this.#byHash.get(hashOf(value))
    if (key === undefined) return { is: 'refused', code: 'invalid_key' }
    if (!key.enabled) return { is: 'refused', code: 'disabled_key' }
    key.usedBy.set(caller, this.#nowMs())
    return { is: 'good', key }
  }

  /** false: there is no such key. */
  setEnabled(id: string, enabled: boolean): boolean {
    const key = this.#all().find(one => one.id === id)
    if (key === undefined) return false
    key.enabled = enabled
    return true
  }

  /** false: there is no such key, or not any more. */
  remove(id: string): boolean {
    for (const [hash, key] of this.#byHash) {
      if (key.id === id) return this.#byHash.delete(hash)
    }
    return false
  }

  list(): KeyShown[] {
    return this.#all().map(({ id, name, enabled, createdMs, usedBy }) => ({
      id,
      name,
      enabled,
      created_at: seconds(createdMs),
      last_used_at: usedBy.size === 0 ? null : seconds(Math.max(...usedBy.values())),
      used_by: [...usedBy].map(([caller, atMs]) => ({ name: caller, last_used_at: seconds(atMs) })),
    }))
  }

  #all(): Key[] {
    return [...this.#byHash.values()]
  }
}

const hashOf = (value: string) => createHash('sha256').update(value).digest('hex')
const seconds = (ms: number) => Math.floor(ms / 1_000)
