// Every version by the fingerprint of its value and by the target's own name for it, at hand: a leaked value is compared with all of them at
// once. Read at the start, credential by credential, and kept by the feed; it holds nothing that could be used.
import { Secret, type Version } from '@rekey/core'
import type { Store, Vault } from '@rekey/store'
import type { Changes } from './changes.ts'

export interface Place {
  credential: string
  version: number
}

export interface KnownVersions {
  ofValue(fingerprint: string): Place | null
  /** By the fingerprint of the name. Two targets may call two versions the same. */
  ofHandle(fingerprint: string): readonly Place[]
  /** Everything that was in the store by now is in here. */
  upToDate(): Promise<void>
  size(): number
}

const pageSize = 500
const atOnce = 16

export function knownVersions(
  store: Store,
  vault: Pick<Vault, 'fingerprint'>,
  changes: Changes,
): KnownVersions {
  const byFingerprint = new Map<string, Place>()
  const byHandle = new Map<string, Place[]>()
  const byCredential = new Map<string, readonly Version[]>()
  const dirty = new Set<string>()
  let loaded: Promise<void> | null = null
  const nameOf = (handle: string) => vault.fingerprint(new Secret(handle))

  const forget = (credential: string) => {
    for (const { fingerprint, handle } of byCredential.get(credential) ?? []) {
      if (fingerprint !== null && byFingerprint.get(fingerprint)?.credential === credential)
        byFingerprint.delete(fingerprint)
      if (handle === null) continue
      const name = nameOf(handle)
      const others = (byHandle.get(name) ?? []).filter(one => one.credential !== credential)
      if (others.length === 0) byHandle.delete(name)
      else byHandle.set(name, others)
    }
  }
  const read = async (credential: string) => {
    const versions = await store.versions(credential)
    forget(credential)
    byCredential.set(credential, versions)
    for (const { number, fingerprint, handle } of versions) {
      const place = { credential, version: number }
      if (fingerprint !== null) byFingerprint.set(fingerprint, place)
      if (handle === null) continue
      const name = nameOf(handle)
      byHandle.set(name, [...(byHandle.get(name) ?? []), place])
    }
  }
  const readAll = async (credentials: Iterable<string>) => {
    const waiting = [...credentials]
    const work = async () => {
      for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) await read(one)
    }
    await Promise.all(Array.from({ length: Math.min(atOnce, waiting.length) }, work))
  }
  const load = async () => {
    for (let after: string | null = null; ; ) {
      const rows = await store.credentials({ after, limit: pageSize })
      await readAll(rows.map(one => one.id))
      if (rows.length < pageSize) return
      after = rows.at(-1)!.id
    }
  }
  changes.listen(credential => void dirty.add(credential))
  return {
    ofValue: fingerprint => byFingerprint.get(fingerprint) ?? null,
    ofHandle: handle => byHandle.get(handle) ?? [],
    size: () => byFingerprint.size,
    async upToDate() {
      // What fails is begun anew by whoever asks next.
      loaded ??= load().catch(error => {
        loaded = null
        throw error
      })
      await loaded
      await changes.caughtUp()
      const some = [...dirty]
      dirty.clear()
      try {
        await readAll(some)
      } catch (error) {
        for (const one of some) dirty.add(one)
        throw error
      }
    },
  }
}
