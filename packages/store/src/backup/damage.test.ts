import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { migrationsFor } from '../migrate.ts'
import { restore } from './restore.ts'
import {
  at,
  changed,
  filledPlace,
  goodBackup,
  linesOf,
  newPath,
  newPlace,
  refused,
  refusedByStore,
  removeAll,
} from './sample.ts'

const beganMs = Date.now()
const good = await goodBackup()
const doneMs = Date.now()
after(removeAll)

test('the first line says what the file is, the last one how many rows it has and their checksum', () => {
  const lines = linesOf(good)
  const { takenMs, ...header } = JSON.parse(lines[0]!)
  const schemaVersion = migrationsFor('sqlite').length
  assert.deepEqual(header, { format: 'rekey-backup', version: 1, schemaVersion, engine: 'sqlite' })
  // The test itself may come much later: every file is loaded first.
  assert.ok(takenMs >= beganMs && takenMs <= doneMs)
  const content = lines.slice(0, -1).map(line => `${line}\n`)
  assert.deepEqual(JSON.parse(lines.at(-1)!), {
    rows: lines.filter(line => line.startsWith('[')).length,
    sha256: createHash('sha256').update(content.join('')).digest('hex'),
  })
})

test('a backup that was cut off anywhere is refused before anything is written', async () => {
  const cuts = [0, 1, good.length - 1, good.length - 2, good.length - 80]
  for (let length = 50; length < good.length; length += 411) cuts.push(length)
  // At the ends of lines, what is left is whole as far as it goes.
  for (let end = good.indexOf(10); end >= 0 && end < good.length - 1; end = good.indexOf(10, end + 1))
    cuts.push(end + 1)
  for (const length of cuts) await refused(good.subarray(0, length))
})

test('a backup with one bit changed anywhere is refused before anything is written', async () => {
  for (let i = 0; i < good.length; i += 97) {
    const bytes = Uint8Array.from(good)
    bytes[i] = bytes[i]! ^ (1 << (i % 7))
    await refused(bytes)
  }
})

test('a backup with a line taken out, doubled, moved or added is refused', async () => {
  const lines = linesOf(good)
  const joined = (lines: string[]) => `${lines.join('\n')}\n`
  const row = lines.findIndex((line, i) => line.startsWith('[') && lines[i + 1]?.startsWith('['))
  await refused(joined(lines.toSpliced(row, 1)), /checksum/)
  await refused(joined(lines.toSpliced(row, 0, lines[row]!)), /checksum/)
  await refused(joined(lines.toSpliced(row, 2, lines[row + 1]!, lines[row]!)), /checksum/)
  await refused(`${joined(lines)}\n`, /line/)
  await refused(`${joined(lines)}${lines.at(-1)}\n`, /line/)
  await refused(joined(lines.slice(1)), /not a backup/)
})

test('what is not a backup at all is refused', async () => {
  await refused('', /end is missing/)
  await refused('swordfish\n', /line 1/)
  await refused(readFileSync((await filledPlace()).path))
  await refused('{"format":"something-else","version":1}\n', /line 1/)
  await assert.rejects(restore(join(newPath(), 'absent'), newPlace()), {
    code: 'bad-backup',
    message: /cannot be read/,
  })
})

test('a line without an end does not fill the memory', async () => {
  const path = newPath()
  writeFileSync(path, '"')
  truncateSync(path, 70 * 1024 * 1024)
  await assert.rejects(restore(path, newPlace()), { code: 'bad-backup', message: /a line has no end/ })
})

test('a backup in a later format, or of a later schema, is refused with what to do', async () => {
  const header = (overrides: object) =>
    changed(good, ([first, ...rest]) => [JSON.stringify({ ...JSON.parse(first!), ...overrides }), ...rest])
  await refused(header({ version: 2 }), /format version 2/)
  await refused(header({ schemaVersion: 99 }), /migration 99/, 'newer-store')
  for (const bad of [{ schemaVersion: '1' }, { takenMs: null }, { takenMs: -1 }, { engine: 'oracle' }]) {
    await refused(header(bad), /line 1/)
  }
})

test('a row that is not what its table has is refused, with its line and without its content', async () => {
  const rows: [table: string, row: unknown][] = [
    ['sealed', ['doc', 1]],
    ['sealed', ['doc', '1', 'swordfish', '', '']],
    ['sealed', ['doc', 1, 'swordfish', 'not base64!', '']],
    ['sealed', ['doc', 1.5, 'swordfish', '', '']],
    ['sealed', ['doc', 2 ** 60, 'swordfish', '', '']],
    ['sealed', ['doc', 1, { swordfish: 1 }, '', '']],
    ['sealed', { swordfish: 1 }],
    ['sealed', 'swordfish'],
  ]
  for (const [table, row] of rows) {
    const bad = changed(good, lines => lines.toSpliced(at(lines, table) + 1, 1, JSON.stringify(row)))
    await refused(bad, /line \d+/)
  }
  await refused(
    changed(good, lines => lines.toSpliced(1, 0, '[1]')),
    /line 2/,
  )
  await refused(
    changed(good, lines => lines, 3),
    /another number of rows/,
  )
})

test('a table that is missing, doubled, unknown or otherwise is refused, and nothing of the others is kept', async () => {
  const without = (lines: string[], table: string) => {
    const from = at(lines, table)
    const rows = lines.slice(from + 1).findIndex(line => !line.startsWith('['))
    return lines.toSpliced(from, rows < 0 ? lines.length : rows + 1)
  }
  await refusedByStore(
    changed(good, lines => without(lines, 'versions')),
    /versions is missing/,
  )
  await refused(
    changed(good, lines => [...lines, lines[at(lines, 'keys')]!]),
    /keys is there twice/,
  )
  const heading = (from: string, to: string) =>
    changed(good, lines => lines.map(line => (line.startsWith('{"table"') ? line.replace(from, to) : line)))
  await refusedByStore(heading('"versions"', '"swordfish"'), /table that the store does not have/)
  await refusedByStore(heading('"versions"', '"migrations"'), /table that the store does not have/)
  await refusedByStore(heading('"number:bigint"', '"swordfish:bigint"'), /table that the store does not have/)
  await refused(heading('"number:bigint"', '"number) SELECT:bigint"'), /line/)
})

test('rows that contradict each other are refused, and nothing is kept', async () => {
  const doubled = changed(good, lines =>
    lines.toSpliced(at(lines, 'sealed') + 1, 0, lines[at(lines, 'sealed') + 1]!),
  )
  await refusedByStore(doubled, /refuses a row of the table sealed/)
})
