// A SCRAM-SHA-256 verifier (RFC 5802, RFC 7677), in the form that PostgreSQL stores. Made here, so that the value itself never
// reaches the server, its statement log or its statistics.
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import type { Secret } from '@rekey/core'

/** What PostgreSQL takes itself; more would slow every login down and add nothing to a random value of 256 bits. */
const iterations = 4096

export function scramVerifier(secret: Secret, salt: Uint8Array = randomBytes(16)): string {
  // Our values are ASCII, which SASLprep leaves as it is.
  const salted = pbkdf2Sync(secret.reveal(), salt, iterations, 32, 'sha256')
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest()
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64')
  const serverKey = hmac('Server Key').toString('base64')
  return `SCRAM-SHA-256$${iterations}:${Buffer.from(salt).toString('base64')}$${storedKey}:${serverKey}`
}
