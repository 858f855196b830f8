// The shared secrets that webhooks are signed with, ours and those of sources: made here, shown once, and kept as keys of the vault, which
// are wrapped anew with all others when the root key changes. A name is never used again, for a key is never replaced. When one is
// made anew, the one before is good for another day, so that the other side has time to take it up.
import { hourMs, type Secret } from '@rekey/core'
import type { Write } from '@rekey/store'
import type { Plane } from '../api/plane.ts'
import { sharedSecret } from './standard.ts'

export const overlapMs = 24 * hourMs
/** Whoever makes another every minute does not make every check longer. */
const mostAtOnce = 4
const secretBytes = 32

/** The write belongs into the commit with the record whose secret it is. */
export async function newSigning(
  { ground, keep }: Plane,
  of: string,
  isAnew: boolean,
): Promise<{ secret: Secret; write: Write }> {
  const { store, vault } = ground
  const nowMs = ground.nowMs()
  const before = isAnew ? ((await keep.get('signing', of))?.keys ?? []) : []
  const name = `${of}/${ground.id()}`
  const bytes = ground.random(secretBytes)
  const secret = sharedSecret(bytes)
  await store.putKeyOnce(vault.sealKey(name, bytes))
  const older = before
    .filter(key => isLive(key, nowMs))
    .map(key => ({ ...key, untilMs: key.untilMs ?? nowMs + overlapMs }))
  const record = { keys: [{ name, untilMs: null }, ...older].slice(0, mostAtOnce) }
  return { secret, write: { put: 'record', row: { kind: 'signing', id: of, record, expiresMs: null } } }
}

/** Those that are good now, the newest first. */
export async function signingSecrets({ ground, keep }: Plane, of: string): Promise<Secret[]> {
  const { store, vault } = ground
  const nowMs = ground.nowMs()
  const secrets: Secret[] = []
  for (const key of (await keep.get('signing', of))?.keys ?? []) {
    const row = isLive(key, nowMs) ? await store.key(key.name) : null
    if (row === null) continue
    const bytes = vault.openKey(row)
    secrets.push(sharedSecret(bytes))
    bytes.fill(0)
  }
  return secrets
}

const isLive = ({ untilMs }: { untilMs: number | null }, nowMs: number) => untilMs === null || untilMs > nowMs
