// A tamper-evident log that stands by itself: no I/O, no clock, no randomness, no dependency but node:crypto.
export { cosignatureMessage, cosignatureType, ed25519Type, type KeyType, mlDsa44Type } from './algorithm.ts'
export { decodeBundle, encodeBundle, maxEntryBytes } from './bundle.ts'
export { canonicalBytes, canonicalJson, parseCanonicalJson } from './canonical.ts'
export {
  type Checkpoint,
  type CheckpointVerdict,
  formatCheckpoint,
  parseCheckpoint,
  type ReadCheckpoint,
  signCheckpoint,
  type TreeHead,
  verifyCheckpoint,
} from './checkpoint.ts'
export { cosign } from './cosignature.ts'
export { LogError, type LogErrorCode, type Refused, type Verdict } from './error.ts'
export { emptyRoot, type Hash, hashFromText, hashToText, leafHash, nodeHash, sha256 } from './hash.ts'
export {
  ed25519PrivateKey,
  ed25519PublicKey,
  ed25519Raw,
  ed25519Signer,
  formatKey,
  parseKey,
  type Signer,
  type VerifierKey,
  verifierKey,
} from './key.ts'
export { type Leaf, leafBytes, parseLeaf } from './leaf.ts'
export {
  addSignatures,
  formatNote,
  type Note,
  type NoteSignature,
  type NoteVerdict,
  parseNote,
  signNote,
  type VerifiedSignature,
  verifyNote,
} from './note.ts'
export { type Policy, type PolicyGroup, type PolicyLog, type PolicyWitness, parsePolicy } from './policy.ts'
export {
  formatProof,
  type LogProof,
  type ProofQuestion,
  type ProofVerdict,
  parseProof,
  verifyProof,
} from './proof.ts'
export { isQuorum, type PolicyVerdict, verifyByPolicy, type Witnessed } from './quorum.ts'
export {
  parseTilePath,
  type Tile,
  type TileAt,
  type TileKey,
  type TileMap,
  type TileRequest,
  tileKey,
  tileMap,
  tilePath,
  tileWidth,
  widthAt,
} from './tile.ts'
export {
  type Appended,
  appendLeaves,
  consistencyProof,
  type FromTiles,
  inclusionProof,
  rootAt,
} from './tiles.ts'
export { treePath, treeProof, treeRoot, verifyConsistency, verifyInclusion } from './tree.ts'
export {
  type AddCheckpoint,
  answerAddCheckpoint,
  formatAddCheckpoint,
  monitorPath,
  parseAddCheckpoint,
  type ReadAddCheckpoint,
  type ReadWitnessAnswer,
  readWitnessAnswer,
  sizeContentType,
  type WitnessAnswer,
  type WitnessedLog,
} from './witness.ts'
