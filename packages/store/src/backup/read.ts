// A backup on its way out of a file, line by line and in an order that is checked: whoever has read it to the end knows
// that it is whole.
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { badBackup, badLine, damagedBackup, type Header, type Part, parseLine, toParams } from './format.ts'
import type { Table } from './place.ts'

/** A store holds no row of this size; a file without line breaks must not fill the memory. */
const lineLimitBytes = 64 * 1024 * 1024
const portionRows = 500

/** Throws `bad-backup` at the latest where the file ends: nothing that came before may be kept then. */
export async function* readParts(path: string): AsyncGenerator<Part> {
  const hash = createHash('sha256')
  let number = 0
  let rows = 0
  let header: Header | null = null
  let table: Table | null = null
  let portion: ReturnType<typeof toParams>[] = []
  let isClosed = false
  for await (const bytes of linesOf(path)) {
    number += 1
    if (isClosed) throw badLine(number)
    const line = parseLine(bytes.toString('utf8', 0, bytes.length - 1), number)
    if ((line.is === 'header') !== (number === 1)) {
      throw number === 1 ? badBackup('the file is not a backup of Rekey', 'Check the path.') : badLine(number)
    }
    if (line.is === 'row') {
      if (table === null) throw badLine(number)
      portion.push(toParams(line.row, table, number))
      rows += 1
    }
    if (table !== null && portion.length > 0 && (line.is !== 'row' || portion.length === portionRows)) {
      yield { is: 'rows', table, rows: portion }
      portion = []
    }
    if (line.is === 'closing') {
      if (line.closing.sha256 !== hash.digest('hex')) {
        throw damagedBackup('its content does not have the checksum it ends with')
      }
      if (line.closing.rows !== rows) throw damagedBackup('it has another number of rows than it says')
      isClosed = true
      continue
    }
    hash.update(bytes)
    if (line.is === 'header') {
      header = line.header
      yield { is: 'header', header }
    } else if (line.is === 'table') {
      table = line.table
      yield { is: 'table', table }
    }
  }
  if (!isClosed) throw damagedBackup('its end is missing')
}

/** Every line with its line break. Only LF ends one: a text may have any other separator of Unicode in it. */
async function* linesOf(path: string): AsyncGenerator<Buffer> {
  const file = await openBackup(path)
  try {
    let rest: Buffer[] = []
    let restBytes = 0
    for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 256 * 1024 })) {
      let at = 0
      for (;;) {
        const end = (chunk as Buffer).indexOf(0x0a, at)
        if (end < 0) break
        yield Buffer.concat([...rest, (chunk as Buffer).subarray(at, end + 1)])
        rest = []
        restBytes = 0
        at = end + 1
      }
      rest.push((chunk as Buffer).subarray(at))
      restBytes += (chunk as Buffer).length - at
      if (restBytes > lineLimitBytes) throw damagedBackup('a line has no end')
    }
    if (restBytes > 0) throw damagedBackup('its end is missing')
  } finally {
    await file.close()
  }
}

async function openBackup(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (error) {
    throw badBackup(
      `the backup ${path} cannot be read`,
      'Check the path and that this user may read it.',
      error,
    )
  }
}
