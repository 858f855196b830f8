// Which versions a file was made with, noted beside it, so that what holds a version that was killed is found, also by the next
// process. The note holds numbers and no values. It is widened before the file changes and narrowed afterwards: whatever happens
// in between, the versions that the file may hold stand in it.
import { readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { placeFile, private600 } from '../whole-file.ts'

export type Made = Readonly<Record<string, readonly number[]>>

const noteOf = (path: string) => join(dirname(path), `.${basename(path)}.made-with`)

/** null: nothing is noted. `unknown`: what is noted cannot be read. */
export async function madeWith(path: string): Promise<Made | 'unknown' | null> {
  const text = await readFile(noteOf(path), 'utf8').catch(error => (error.code === 'ENOENT' ? null : ''))
  if (text === null) return null
  try {
    const found: unknown = JSON.parse(text)
    return isMade(found) ? found : 'unknown'
  } catch {
    return 'unknown'
  }
}

export async function noteMade(path: string, made: Made): Promise<void> {
  await placeFile(noteOf(path), `${JSON.stringify(made)}\n`, private600)
}

export async function noteAlsoMade(path: string, made: Made): Promise<void> {
  const before = await madeWith(path)
  const all: Record<string, number[]> = {}
  for (const one of [made, ...(before === null || before === 'unknown' ? [] : [before])])
    for (const [name, versions] of Object.entries(one))
      all[name] = [...new Set([...(all[name] ?? []), ...versions])]
  await noteMade(path, all)
}

export const forgetMade = (path: string): Promise<void> => rm(noteOf(path), { force: true })

const isMade = (found: unknown): found is Made =>
  typeof found === 'object' &&
  found !== null &&
  Object.values(found).every(one => Array.isArray(one) && one.every(Number.isSafeInteger))
