// The root key: 32 random bytes that live outside the store and wrap every other key in it. Whoever has only the store,
// or only a backup, has nothing to read. Nothing that goes wrong here may repeat what was read: it could be the key.
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { StoreError } from '../contract.ts'
import { readKeyFromCommand } from './root-key-command.ts'
import { readKeyFile } from './root-key-file.ts'

export type RootKeySource =
  /** Mode 0600 or stricter, also where a link leads. */
  | { from: 'file'; path: string }
  | { from: 'environment'; variable: string }
  /** Run without a shell; what it prints is the key. For key-management services and hardware. */
  | { from: 'command'; argv: readonly string[]; timeLimitMs?: number }

export interface RootKey {
  /** Safe to show: it says which root key a row is under, and nothing about the key. */
  readonly id: string
  readonly key: KeyObject
}

const keyBytes = 32
const idLabel = 'rekey root key id'

/** The bytes are copied into a key object once, which is several times faster to use than bytes; clear them after. */
export function rootKeyFrom(bytes: Uint8Array): RootKey {
  if (bytes.length !== keyBytes) throw new RangeError(`a root key has ${keyBytes} bytes`)
  const key = createSecretKey(bytes)
  const id = createHmac('sha256', key).update(idLabel).digest().subarray(0, 8).toString('hex')
  return { id, key }
}

type Environment = Readonly<Record<string, string | undefined>>

export async function readRootKey(
  source: RootKeySource,
  environment: Environment = process.env,
): Promise<RootKey> {
  switch (source.from) {
    case 'file':
      return parseRootKey(await readKeyFile(source.path), `the file ${source.path}`)
    case 'environment':
      return parseRootKey(
        fromEnvironment(environment, source.variable),
        `the environment variable ${source.variable}`,
      )
    case 'command':
      // The arguments may name more than a log should know; the program is enough to find it.
      return parseRootKey(
        await readKeyFromCommand(source.argv, source.timeLimitMs),
        `the output of ${source.argv[0]}`,
      )
  }
}

function fromEnvironment(environment: Environment, variable: string): string {
  const text = environment[variable]
  if (text === undefined || text.trim() === '') {
    throw new StoreError(
      'root-key-missing',
      `the environment variable ${variable} holds no root key`,
      `Set ${variable} to 32 random bytes in base64 or hex, for instance from "openssl rand -base64 32".`,
    )
  }
  return text
}

/** Base64 or hex, and nothing else: 32 raw bytes are not accepted, because any password of 32 letters is that too. */
function parseRootKey(text: string, where: string): RootKey {
  const bytes = decode(text.trim())
  if (bytes === null) {
    throw new StoreError(
      'root-key-wrong',
      `${where} is not a root key`,
      'A root key is 32 random bytes in base64 (44 characters) or hex (64 characters), and nothing besides.',
    )
  }
  // Never by chance: thirty-two random bytes show fewer than eight values once in 2^160. Zeroes and patterns do.
  if (new Set(bytes).size < 8) {
    bytes.fill(0)
    throw new StoreError(
      'root-key-wrong',
      `the root key in ${where} is not random`,
      'Make one with "openssl rand -base64 32". If values were sealed under this one, rotate it.',
    )
  }
  const rootKey = rootKeyFrom(bytes)
  bytes.fill(0)
  return rootKey
}

function decode(text: string): Uint8Array | null {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex')
  if (!/^[A-Za-z0-9+/]{43}=$/.test(text)) return null
  const bytes = Buffer.from(text, 'base64')
  // The last character carries two bits that belong to no byte; only one of four spellings is base64.
  return bytes.toString('base64') === text ? bytes : null
}
