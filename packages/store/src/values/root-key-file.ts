// A root key in a file. Its mode is checked on the open file, so what is checked is what is read, also behind a link
// and when somebody swaps the file in between.
import { randomBytes } from 'node:crypto'
import { constants, type FileHandle, link, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncDirectory } from '../backup/durable.ts'
import { StoreError } from '../contract.ts'

/** A root key in base64 is 45 bytes with its newline; whatever is much longer is another file. */
const limitBytes = 1024

export async function readKeyFile(path: string): Promise<string> {
  const file = await openKeyFile(path)
  try {
    const stat = await file.stat()
    if (!stat.isFile()) {
      throw wrong(`${path} is not a file`, 'Name the file that holds the root key.')
    }
    if ((stat.mode & 0o077) !== 0) {
      throw wrong(
        `the root key file ${path} is open to others (mode ${(stat.mode & 0o7777).toString(8).padStart(4, '0')})`,
        `Run "chmod 600 ${path}". If others may have read it, rotate the root key too.`,
      )
    }
    return await readText(file, path)
  } finally {
    await file.close()
  }
}

async function openKeyFile(path: string): Promise<FileHandle> {
  try {
    // Non-blocking, so that a pipe in place of the file is seen as one instead of waiting for its writer.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new StoreError(
      'root-key-missing',
      missing ? `there is no root key file ${path}` : `the root key file ${path} cannot be opened`,
      missing
        ? 'Put the root key there, or name where it is. A new key cannot open what an older one has sealed.'
        : 'Let the user that runs Rekey own the file and read it.',
      error,
    )
  }
}

async function readText(file: FileHandle, path: string): Promise<string> {
  const buffer = Buffer.alloc(limitBytes + 1)
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  const text = buffer.toString('latin1', 0, length)
  buffer.fill(0)
  if (length > limitBytes) {
    throw wrong(`${path} is too long for a root key`, 'Name the file that holds the root key alone.')
  }
  return text
}

/**
 * Makes a root key for a first start. The file appears whole or not at all: a crash must not leave half a key, and two
 * processes that start together must not seal under two.
 */
export async function createRootKeyFile(
  path: string,
  random: (bytes: number) => Uint8Array = randomBytes,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`
  const bytes = Buffer.from(random(32))
  try {
    await writeWhole(temporary, `${bytes.toString('base64')}\n`)
    // link() refuses where rename() would overwrite.
    await link(temporary, path)
    await syncDirectory(dirname(path))
  } catch (error) {
    throw cannotCreate(path, error)
  } finally {
    bytes.fill(0)
    await unlink(temporary).catch(() => undefined)
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

function cannotCreate(path: string, error: unknown): StoreError {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EEXIST') {
    return wrong(
      `there is already a file ${path}; a root key is never overwritten`,
      'Read the key that is there. To change the root key, make a new one at another path and rotate to it.',
    )
  }
  return new StoreError(
    code === 'ENOSPC' ? 'disk-full' : 'root-key-missing',
    `the root key file ${path} cannot be made`,
    code === 'ENOSPC' ? 'Free space on the disk.' : 'Let the user that runs Rekey write in its directory.',
    error,
  )
}

const wrong = (text: string, how: string) => new StoreError('root-key-wrong', text, how)
