// A good backup for tests to spoil, and what must be true of every bad one.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { inspect } from 'node:util'
import { StoreError } from '../contract.ts'
import { freshFile } from '../fixtures.ts'
import { openSqlite } from '../sqlite/engine.ts'
import { inline } from '../sqlite/inline.ts'
import { backup } from './backup.ts'
import { contentOf, fill } from './fixtures.ts'
import type { SqlitePlace } from './place.ts'
import { restore } from './restore.ts'

const endings: (() => void)[] = []
export const removeAll = () => {
  for (const end of endings.splice(0)) end()
}

export function newPath(): string {
  const { path, remove } = freshFile()
  endings.push(remove)
  return path
}

export const newPlace = (): SqlitePlace => ({ engine: 'sqlite', path: newPath() })

export function fileOf(content: string | Uint8Array): string {
  const path = newPath()
  writeFileSync(path, content)
  return path
}

/** A place with a full store. */
export async function filledPlace(): Promise<SqlitePlace> {
  const place = newPlace()
  const store = inline(openSqlite(place.path))
  await fill(store)
  await store.close()
  return place
}

export async function goodBackup(): Promise<Buffer> {
  const path = newPath()
  await backup(await filledPlace(), path)
  return readFileSync(path)
}

export const linesOf = (backup: Buffer) => backup.toString('utf8').trimEnd().split('\n')

/** The place of a table's heading. */
export const at = (lines: string[], table: string) =>
  lines.findIndex(line => line.startsWith(`{"table":"${table}"`))

/** The lines changed, and closed as if they had always been so. */
export function changed(backup: Buffer, change: (lines: string[]) => string[], rows?: number): string {
  const lines = change(linesOf(backup).slice(0, -1))
  const content = lines.map(line => `${line}\n`).join('')
  const sha256 = createHash('sha256').update(content).digest('hex')
  const count = rows ?? lines.filter(line => line.startsWith('[')).length
  return `${content}${JSON.stringify({ rows: count, sha256 })}\n`
}

function check(error: unknown, saying: RegExp, code: string): void {
  assert.ok(error instanceof StoreError, String(error))
  assert.equal(error.code, code, error.message)
  assert.match(error.message, saying)
  assert.ok(error.how.length > 10)
  assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes('swordfish'))
}

/** Refused with this code, and nothing was made where the store would have come. */
export async function refused(
  content: string | Uint8Array,
  saying = /./,
  code = 'bad-backup',
): Promise<void> {
  const to = newPlace()
  await assert.rejects(restore(fileOf(content), to), error => {
    check(error, saying, code)
    return true
  })
  assert.deepEqual(readdirSync(dirname(to.path)), [])
}

/** These can be told only with the store at hand: it is made, and stays empty. */
export async function refusedByStore(content: string, saying: RegExp): Promise<void> {
  const [empty, to] = [newPlace(), newPlace()]
  for (const place of [empty, to]) openSqlite(place.path).close()
  await assert.rejects(restore(fileOf(content), to), error => {
    check(error, saying, 'bad-backup')
    return true
  })
  assert.deepEqual(await contentOf(to), await contentOf(empty))
}
