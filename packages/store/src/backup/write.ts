// A backup on its way into a file: written under another name, and moved when it is whole and on the disk.
import { createHash, randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StoreError } from '../contract.ts'
import { syncDirectory } from './durable.ts'
import { badBackup, closingLine, format, headerLine, type Part, rowLine, tableLine } from './format.ts'

export interface Written {
  rows: number
  bytes: number
  sha256: string
}

export async function writeParts(path: string, parts: AsyncIterable<Part>): Promise<Written> {
  await refuseOtherFile(path)
  const temporary = `${path}.${randomBytes(6).toString('hex')}.part`
  try {
    const file = await open(temporary, 'wx', 0o600)
    let written: Written
    try {
      written = await writeTo(file, parts)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    await syncDirectory(dirname(path))
    return written
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw cannotWrite(path, error)
  }
}

async function writeTo(file: FileHandle, parts: AsyncIterable<Part>): Promise<Written> {
  const hash = createHash('sha256')
  let bytes = 0
  let rows = 0
  const write = async (text: string) => {
    const chunk = Buffer.from(text)
    hash.update(chunk)
    bytes += chunk.length
    await file.writeFile(chunk)
  }
  for await (const part of parts) {
    if (part.is === 'header') await write(headerLine(part.header))
    else if (part.is === 'table') await write(tableLine(part.table))
    else {
      rows += part.rows.length
      await write(part.rows.map(rowLine).join(''))
    }
  }
  const sha256 = hash.copy().digest('hex')
  await write(closingLine({ rows, sha256 }))
  return { rows, bytes, sha256 }
}

/** A slip in the path must not replace a store, or anything else, by its backup. */
async function refuseOtherFile(path: string): Promise<void> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return
  try {
    const begin = `{"format":"${format}"`
    const { bytesRead, buffer } = await file.read(Buffer.alloc(begin.length), 0, begin.length, 0)
    if (bytesRead === 0 || buffer.toString('utf8', 0, bytesRead) === begin) return
  } finally {
    await file.close()
  }
  throw badBackup(`${path} is there and is not a backup; it is not overwritten`, 'Choose another path.')
}

function cannotWrite(path: string, error: unknown): unknown {
  if (error instanceof StoreError) return error
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StoreError('disk-full', `there is no room for the backup ${path}`, 'Free space there.', error)
  }
  if (code !== undefined && /^E[A-Z]+$/.test(code)) {
    return badBackup(
      `the backup ${path} cannot be written`,
      'Check that its folder exists and is writable.',
      error,
    )
  }
  return error
}
