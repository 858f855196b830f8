// The vault: the only place where values are sealed and opened. The store keeps what it makes and can read none of it;
// the layout is in envelope.ts. During a root-key rotation it is given both root keys: it seals under the first and
// opens under either, so that no instance has to stop.
import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { Secret } from '@rekey/core/secret'
import { type KeyRow, type SealedRow, type Store, StoreError } from '../contract.ts'
import { close, type Purpose, type Random, reopen } from './envelope.ts'
import type { RootKey } from './root-key.ts'

export interface Vault {
  /** The root key that new rows are sealed under. */
  readonly rootKeyId: string
  seal(credential: string, version: number, secret: Secret): SealedRow
  open(row: SealedRow): Secret
  sealKey(name: string, bytes: Uint8Array): KeyRow
  /** The caller clears the bytes, or wraps them with createSecretKey and clears them. */
  openKey(row: KeyRow): Uint8Array
  /** `hmac-sha256:` and 32 hex digits: the same for the same value, and safe to log. */
  fingerprint(secret: Secret): string
}

export interface VaultOptions {
  /** A seeded source makes a simulation repeatable; anything else takes the default. */
  random?: Random
}

/** The key that fingerprints are made with. Rotating the root key wraps it anew and does not change it. */
export const fingerprintKeyName = 'fingerprint'

/** With several root keys, the first is current and the others only open what is not re-wrapped yet. */
export async function openVault(
  store: Store,
  rootKeys: RootKey | readonly RootKey[],
  options: VaultOptions = {},
): Promise<Vault> {
  const keys = 'id' in rootKeys ? [rootKeys] : rootKeys
  const [current] = keys
  if (current === undefined) {
    throw new StoreError('root-key-missing', 'no root key was given', 'Give the root key of this store.')
  }
  const random = options.random ?? randomBytes
  await checkRootKeys(store, current, keys)
  const envelopes = { current, byId: new Map(keys.map(key => [key.id, key])), random }
  return vaultOf(envelopes, await fingerprintKey(store, envelopes))
}

interface Envelopes {
  current: RootKey
  byId: ReadonlyMap<string, RootKey>
  random: Random
}

/** Before anything is sealed: a store that is under another root key must not get a second one by a mistake. */
async function checkRootKeys(store: Store, current: RootKey, keys: readonly RootKey[]): Promise<void> {
  const fingerprint = await store.key(fingerprintKeyName)
  const others = await store.sealedNotUnder(current.id, 1)
  for (const row of [fingerprint, ...others.keys, ...others.values]) {
    if (row !== null && !keys.some(key => key.id === row.rootKey)) throw otherRootKey(row.rootKey, keys)
  }
}

function otherRootKey(rowId: string, keys: readonly RootKey[]): StoreError {
  const given = keys.map(key => key.id).join(' and ')
  return new StoreError(
    'root-key-wrong',
    `the store holds what is sealed under root key ${rowId}, but root key ${given} was given`,
    `Give root key ${rowId}. If a rotation of the root key was interrupted, give both: the new one first.`,
  )
}

async function fingerprintKey(store: Store, envelopes: Envelopes): Promise<KeyObject> {
  const there = await store.key(fingerprintKeyName)
  // Whoever comes second when two processes start together gets the key of the first.
  const row = there ?? (await store.putKeyOnce(makeFingerprintKey(envelopes)))
  const bytes = openRow(envelopes, { of: 'key', name: row.name }, row)
  const key = createSecretKey(bytes)
  bytes.fill(0)
  return key
}

function makeFingerprintKey(envelopes: Envelopes): KeyRow {
  const bytes = envelopes.random(32)
  const row = sealKeyRow(envelopes, fingerprintKeyName, bytes)
  bytes.fill(0)
  return row
}

function vaultOf(envelopes: Envelopes, fingerprintKey: KeyObject): Vault {
  const { current, random } = envelopes
  return {
    rootKeyId: current.id,
    seal(credential, version, secret) {
      const plain = toBytes(secret)
      const envelope = close(current, { of: 'value', credential, version }, plain, random)
      plain.fill(0)
      return { credential, version, rootKey: current.id, ...envelope }
    },
    open(row) {
      const plain = openRow(envelopes, { of: 'value', credential: row.credential, version: row.version }, row)
      const secret = new Secret(Buffer.from(plain.buffer, plain.byteOffset, plain.length).toString('utf8'))
      plain.fill(0)
      return secret
    },
    sealKey: (name, bytes) => sealKeyRow(envelopes, name, bytes),
    openKey: row => openRow(envelopes, { of: 'key', name: row.name }, row),
    fingerprint(secret) {
      const plain = toBytes(secret)
      const digest = createHmac('sha256', fingerprintKey).update(plain).digest('hex')
      plain.fill(0)
      return `hmac-sha256:${digest.slice(0, 32)}`
    },
  }
}

function sealKeyRow({ current, random }: Envelopes, name: string, bytes: Uint8Array): KeyRow {
  return { name, rootKey: current.id, ...close(current, { of: 'key', name }, bytes, random) }
}

function openRow({ byId }: Envelopes, purpose: Purpose, row: SealedRow | KeyRow): Uint8Array {
  const rootKey = byId.get(row.rootKey)
  if (rootKey === undefined) throw otherRootKey(row.rootKey, [...byId.values()])
  const plain = reopen(rootKey, purpose, row)
  if (plain === null) throw damaged(purpose)
  return plain
}

export function damaged(purpose: Purpose): StoreError {
  return purpose.of === 'value'
    ? new StoreError(
        'value-damaged',
        `the sealed value of version ${purpose.version} of credential ${purpose.credential} is damaged or belongs elsewhere`,
        'Take the row from a backup, or rotate the credential. Find out who changed the store.',
      )
    : new StoreError(
        'value-damaged',
        `the sealed key "${purpose.name}" is damaged or belongs elsewhere`,
        'Take the row from a backup. Find out who changed the store.',
      )
}

/** Text that is not well-formed would come back as other text, which no target accepts. */
function toBytes(secret: Secret): Buffer {
  const text = secret.reveal()
  if (!text.isWellFormed()) throw new TypeError('a value that is not well-formed Unicode cannot be sealed')
  return Buffer.from(text, 'utf8')
}
