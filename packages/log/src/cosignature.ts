// C2SP tlog-cosignature v1.0.1: a witness states that at this time this was the largest tree of the log that it had seen,
// and that every earlier one is a part of it. Verified with all other signatures of a note, by the row for 0x04 in
// algorithm.ts; ML-DSA-44 (0x06) is recognised there and left unchecked.
import { algorithms, cosignatureMessage, cosignatureType } from './algorithm.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { LogError } from './error.ts'
import type { Signer } from './key.ts'
import type { NoteSignature } from './note.ts'

/** Signs the text of a checkpoint. Only after its consistency with all that was signed before has been checked. */
export function cosign(checkpointText: string, signer: Signer, timestampS: number): NoteSignature {
  if (signer.type !== cosignatureType)
    throw new LogError(
      'bad-key',
      `${signer.name} signs as ${algorithms[signer.type].title}, not as a cosigner`,
    )
  if (!Number.isSafeInteger(timestampS) || timestampS <= 0)
    throw new LogError('bad-request', `a cosignature has a time in whole seconds, not ${timestampS}`)
  parseCheckpoint(checkpointText)
  const signature = signer.sign(cosignatureMessage(checkpointText, timestampS))
  const bytes = new Uint8Array(algorithms[cosignatureType].signatureBytes)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(timestampS))
  bytes.set(signature, 8)
  return { name: signer.name, keyId: signer.keyId, bytes }
}
