// An Ed25519 key pair as OpenSSH writes it: the private key in the format "openssh-key-v1" (PROTOCOL.key of OpenSSH), the public
// one as the line of an authorized_keys file (RFC 8709). Made here, so that only the public half ever leaves.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { Secret } from '@rekey/core'

const kind = 'ssh-ed25519'
const magic = Buffer.from('openssh-key-v1\0')
const frame = (what: 'BEGIN' | 'END') => `-----${what} OPENSSH PRIVATE KEY-----`
const lineLength = 70
/** The block size of the cipher "none". */
const blockBytes = 8

export function newSshKey(): Secret {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  return new Secret(sshKeyText(Buffer.from(d!, 'base64url'), Buffer.from(x!, 'base64url'), randomBytes(4)))
}

/** `check` stands there twice: with a passphrase it would tell whether that was the right one. */
export function sshKeyText(seed: Buffer, publicKey: Buffer, check: Buffer): string {
  const comment = ''
  const secret = Buffer.concat([
    check,
    check,
    field(kind),
    field(publicKey),
    field(Buffer.concat([seed, publicKey])),
    field(comment),
  ])
  const missing = (blockBytes - (secret.length % blockBytes)) % blockBytes
  const padding = Buffer.from(Array.from({ length: missing }, (_, at) => at + 1))
  const bytes = Buffer.concat([
    magic,
    field('none'),
    field('none'),
    field(''),
    number(1),
    field(publicBlob(publicKey)),
    field(Buffer.concat([secret, padding])),
  ])
  const lines = bytes.toString('base64').match(new RegExp(`.{1,${lineLength}}`, 'g'))!
  return `${[frame('BEGIN'), ...lines, frame('END')].join('\n')}\n`
}

/** `ssh-ed25519 AAAA…`, of any private key in that format, under a passphrase or not; null: it is none. */
export function publicKeyOf(secret: Secret): string | null {
  const text = secret.reveal().trim()
  if (!text.startsWith(frame('BEGIN')) || !text.endsWith(frame('END'))) return null
  const bytes = Buffer.from(text.slice(frame('BEGIN').length, -frame('END').length), 'base64')
  if (!bytes.subarray(0, magic.length).equals(magic)) return null
  let at = magic.length
  // The cipher and its two parameters; then the number of keys, and the first public one.
  for (let skipped = 0; skipped < 3; skipped++) {
    const parameter = fieldAt(bytes, at)
    if (parameter === null) return null
    at += 4 + parameter.length
  }
  const blob = fieldAt(bytes, at + 4)
  const algorithm = blob === null ? null : fieldAt(blob, 0)
  if (blob === null || algorithm === null) return null
  return `${algorithm.toString('latin1')} ${blob.toString('base64')}`
}

/** null: it runs over the end. */
function fieldAt(bytes: Buffer, at: number): Buffer | null {
  if (at + 4 > bytes.length) return null
  const end = at + 4 + bytes.readUInt32BE(at)
  return end > bytes.length ? null : bytes.subarray(at + 4, end)
}

const publicBlob = (publicKey: Buffer) => Buffer.concat([field(kind), field(publicKey)])

function field(content: Buffer | string): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([number(bytes.length), bytes])
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
