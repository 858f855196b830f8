// The signature types of signed notes, one row each (C2SP signed-note, tlog-cosignature). A row says how a signature on a
// note's text is taken apart into the message that was signed and the bare signature.
//
// ML-DSA-44 has its place and no `open`: such keys are read and named, their signatures are neither trusted nor
// rejected. Ed25519 comes first because tlog-tiles asks for it of every log that is public or witnessed.
import { toUtf8 } from './encoding.ts'

export const ed25519Type = 0x01
export const cosignatureType = 0x04
export const mlDsa44Type = 0x06

export type KeyType = typeof ed25519Type | typeof cosignatureType | typeof mlDsa44Type

export interface Opened {
  message: Uint8Array
  signature: Uint8Array
  /** When the cosigner says that it signed; null for types that carry no time. */
  timestampS: number | null
}

interface Algorithm {
  title: string
  signs: readonly ('log' | 'witness')[]
  publicKeyBytes: number
  signatureBytes: number
  open: ((text: string, bytes: Uint8Array) => Opened | null) | null
}

export const algorithms: Readonly<Record<KeyType, Algorithm>> = {
  [ed25519Type]: {
    title: 'Ed25519',
    signs: ['log'],
    publicKeyBytes: 32,
    signatureBytes: 64,
    open: (text, bytes) => ({ message: toUtf8(text), signature: bytes, timestampS: null }),
  },
  [cosignatureType]: {
    title: 'Ed25519 cosignature/v1',
    signs: ['witness'],
    publicKeyBytes: 32,
    signatureBytes: 72,
    open: openCosignature,
  },
  [mlDsa44Type]: {
    title: 'ML-DSA-44 cosignature',
    signs: ['log', 'witness'],
    publicKeyBytes: 1312,
    signatureBytes: 2428,
    open: null,
  },
}

export function isKeyType(type: number): type is KeyType {
  return Object.hasOwn(algorithms, type)
}

/** What an Ed25519 witness signs: the time, then the whole text of the checkpoint without its signature lines. */
export function cosignatureMessage(checkpointText: string, timestampS: number): Uint8Array {
  return toUtf8(`cosignature/v1\ntime ${timestampS}\n${checkpointText}`)
}

function openCosignature(text: string, bytes: Uint8Array): Opened | null {
  const timestampS = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0))
  if (!Number.isSafeInteger(timestampS)) return null
  return { message: cosignatureMessage(text, timestampS), signature: bytes.subarray(8), timestampS }
}
