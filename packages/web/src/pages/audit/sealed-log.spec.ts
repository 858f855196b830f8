// For specs: a sealed log of events as the control plane has one, made with packages/log itself.
import {
  canonicalBytes,
  ed25519PrivateKey,
  ed25519Signer,
  formatKey,
  formatProof,
  leafBytes,
  leafHash,
  sha256,
  signCheckpoint,
  treePath,
  treeRoot,
} from '@rekey/log'
import type { EventView } from '@rekey/wire'
import type { Evidence } from '../../proof/verify.ts'
import { eventAt } from './fixtures.ts'

export interface SealedLog {
  events: EventView[]
  note: string
  key: string
  evidenceOf(index: number): Evidence
}

/** `changed`: of that one event the data are others; `seed`: of the key. */
export function sealedLog(
  size: number,
  { changed = null, seed = 1 }: { changed?: number | null; seed?: number } = {},
): SealedLog {
  const events = Array.from({ length: size }, (_, n) =>
    eventAt(n + 1, n === changed ? { data: { changed: true } } : {}),
  )
  const signer = ed25519Signer('log.example/a', ed25519PrivateKey(new Uint8Array(32).fill(seed)))
  const entries = events.map(({ stream, seq, type, atMs, by, data }, index) =>
    leafBytes({
      v: 1,
      seq: index,
      ts: atMs,
      actor: by,
      action: type,
      subject: stream,
      evidence: [`sha256:${Buffer.from(sha256(canonicalBytes(data))).toString('hex')}`],
      prev_state: seq > 1 ? `${stream}@${seq - 1}` : null,
    }),
  )
  const leaves = entries.map(leafHash)
  const note = signCheckpoint({ origin: signer.name, size, root: treeRoot(leaves) }, [signer])
  return {
    events,
    note,
    key: formatKey(signer),
    evidenceOf: index => ({
      event: events[index]!,
      leaf: Buffer.from(entries[index]!).toString('utf8'),
      proof: formatProof({ index, path: treePath(leaves, index), note, extra: null }),
      key: formatKey(signer),
    }),
  }
}
