// The key that signs checkpoints: made once, kept sealed in the store, never used for anything else.
import { ed25519PrivateKey, ed25519Signer, type Signer } from '@rekey/log'
import type { Store, Vault } from '@rekey/store'

const keyName = 'log-signing'
export const originName = 'log-origin'

/** The origin is fixed when the log begins, and changes only when a restored store begins a history of its own. */
export async function logSigner(
  store: Store,
  vault: Vault,
  origin: string,
  random: (bytes: number) => Uint8Array,
): Promise<Signer> {
  const known = await store.meta(originName)
  if (known === null) await store.setMeta(originName, origin)
  const fresh = vault.sealKey(keyName, random(32))
  const seed = vault.openKey(await store.putKeyOnce(fresh))
  return ed25519Signer(known ?? origin, ed25519PrivateKey(seed))
}
