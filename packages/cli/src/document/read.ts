// Files that say what is to be: one, several, or a folder of them, as if they were one. All that is wrong is said before anything is asked.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodes, Failure, type LocalFault, usage } from '../exit.ts'
import type { Io } from '../io.ts'
import { type Fields, parseJson, readText } from '../json-file.ts'
import { check } from './check.ts'
import { completed, consumerSchema, credentialSchema, documentSchema, signalsSchema } from './schema.ts'

/** Complete: with what holds where the files say nothing. */
export interface Wanted {
  credentials: ReadonlyMap<string, { record: Fields; consumers: ReadonlyMap<string, Fields> }>
  /** null: nothing is said, and nothing is changed. */
  twoPerson: Fields | null
  signals: Fields | null
}

interface Document {
  credentials?: Record<string, Record<string, unknown> & { consumers?: Record<string, Fields> }>
  policies?: { twoPerson?: Fields; signals?: Fields }
}

export async function readDocuments(paths: readonly string[], io: Io): Promise<Wanted> {
  if (paths.length === 0) throw usage('It is not said which files.', 'Give -f with a file, a folder or -.')
  const faults: LocalFault[] = []
  const credentials = new Map<string, { record: Fields; consumers: Map<string, Fields> }>()
  const said: { twoPerson: Fields | null; signals: Fields | null } = { twoPerson: null, signals: null }
  for (const path of paths.flatMap(filesAt)) {
    const text = path === '-' ? await io.input.all() : readText(path)
    const name = path === '-' ? 'standard input' : path
    const document = parseJson(text, name) as Document
    const found = check(documentSchema, document)
    faults.push(...found.map(one => ({ at: `${name}: ${one.at}`, text: one.text, how: one.how })))
    if (found.length > 0) continue
    const twice = (what: string) =>
      faults.push({ at: name, text: `${what} is in another file already.`, how: 'Leave one out.' })
    for (const [id, one] of Object.entries(document.credentials ?? {})) {
      if (credentials.has(id)) twice(id)
      else credentials.set(id, completeOne(one))
    }
    const { signals, twoPerson } = document.policies ?? {}
    if (twoPerson !== undefined && said.twoPerson !== null) twice('policies.twoPerson')
    else if (twoPerson !== undefined) said.twoPerson = twoPerson
    if (signals !== undefined && said.signals !== null) twice('policies.signals')
    else if (signals !== undefined) said.signals = completed(signalsSchema, signals)
  }
  if (faults.length > 0) throw faulty(faults)
  return { credentials, ...said }
}

export const faulty = (faults: readonly LocalFault[]) =>
  new Failure(
    exitCodes.usage,
    'The files are not as they have to be.',
    'rekey schema prints what may stand there.',
    faults,
  )

function completeOne({
  consumers = {},
  ...record
}: Record<string, unknown> & { consumers?: Record<string, Fields> }) {
  return {
    record: completed(credentialSchema, record),
    consumers: new Map(Object.entries(consumers).map(([id, one]) => [id, completed(consumerSchema, one)])),
  }
}

const isDocument = /\.jsonc?$/

/** A folder: every document in it and below, but for what is hidden. */
function filesAt(path: string): string[] {
  if (path === '-') return ['-']
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) throw usage(`${path} is not there.`)
  if (!found.isDirectory()) return [path]
  const files = documentsIn(path)
  if (files.length > 0) return files
  throw usage(`There is no document in ${path}.`, 'Their names end with .json or .jsonc.')
}

function documentsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(one => !one.name.startsWith('.') && (one.isDirectory() || isDocument.test(one.name)))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(one => (one.isDirectory() ? documentsIn(join(folder, one.name)) : [join(folder, one.name)]))
}
