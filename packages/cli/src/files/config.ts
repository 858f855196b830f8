// The file that says what `rekey files` keeps: read once, checked as a whole, every fault told at once. Paths are meant from the
// folder that it lies in.
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { durationMs } from '../duration.ts'
import { exitCodes, Failure } from '../exit.ts'
import { type Fields, isFields } from '../json-file.ts'
import { readWanted, type Wanted } from '../reference.ts'
import { readTemplate, type Template } from '../template.ts'

export interface Kept {
  /** As it stands in what is said of it. */
  name: string
  source: { text: string } | { path: string }
  to: string
  /** null: as the file that is there has it. */
  mode: number | null
  owner: { uid: number; gid: number } | null
  hook: Hook | null
  /** What becomes of it when a version that it was made with is killed. */
  onKill: 'remove' | 'keep'
  /** Which may stand in the template. */
  credentials: readonly string[]
}

export interface Hook {
  /** The same text means the same hook, which runs once for all files of a change. */
  key: string
  program: string
  args: readonly string[]
  timeoutMs: number
}

export interface FilesPlan {
  kept: readonly Kept[]
  wanted: readonly Wanted[]
}

type Fault = (text: string) => void

const entryFields = ['template', 'to', 'mode', 'owner', 'hook', 'hookTimeout', 'onKill', 'credentials']
const usualHookTimeout = '30s'

export async function readFilesPlan(path: string): Promise<FilesPlan> {
  const faults: string[] = []
  const fault = (text: string) => void faults.push(`${path}: ${text}`)
  const config = await readJson(path)
  const entries = isFields(config) && Array.isArray(config['files']) ? config['files'] : null
  if (entries === null || entries.length === 0)
    fault('write { "files": [ { "template": …, "to": …, "credentials": […] } ] }')
  for (const name of Object.keys(isFields(config) ? config : {}))
    if (name !== 'files') fault(`"${name}" is not known`)
  const wanted = new Map<string, Wanted>()
  const folder = dirname(resolve(path))
  const kept = (entries ?? []).flatMap((entry, at) => {
    const name = `files[${at}]`
    if (isFields(entry)) return [readEntry(entry, name, folder, wanted, text => fault(`${name}: ${text}`))]
    fault(`${name} is no object`)
    return []
  })
  const places = kept.map(one => one.to)
  for (const place of new Set(places.filter((one, at) => places.indexOf(one) !== at)))
    fault(`${place} is kept twice`)
  if (faults.length > 0) throw new Failure(exitCodes.usage, faults.join('\n'), 'See docs/run.md.')
  return { kept, wanted: [...wanted.values()] }
}

function readEntry(
  entry: Fields,
  name: string,
  folder: string,
  wanted: Map<string, Wanted>,
  fault: Fault,
): Kept {
  for (const field of Object.keys(entry)) if (!entryFields.includes(field)) fault(`"${field}" is not known`)
  const { template, to } = entry
  if (typeof to !== 'string' || to === '') fault('"to" is missing: the path of the file')
  return {
    name: typeof to === 'string' ? to : name,
    source: sourceOf(template, folder, fault),
    to: resolve(folder, String(to)),
    mode: modeOf(entry['mode'], fault),
    owner: ownerOf(entry['owner'], fault),
    hook: hookOf(entry['hook'], entry['hookTimeout'], fault),
    onKill: onKillOf(entry['onKill'], fault),
    credentials: credentialsOf(entry['credentials'], wanted, fault),
  }
}

function sourceOf(template: unknown, folder: string, fault: Fault): Kept['source'] {
  if (typeof template === 'string') return { text: template }
  if (isFields(template) && typeof template['path'] === 'string')
    return { path: resolve(folder, template['path']) }
  fault('"template" is missing: a text, or { "path": … }')
  return { text: '' }
}

function modeOf(mode: unknown, fault: Fault): number | null {
  if (mode === undefined) return null
  if (typeof mode === 'string' && /^0?[0-7]{3}$/.test(mode)) return Number.parseInt(mode, 8)
  fault('"mode" is written as "0600"')
  return null
}

function ownerOf(owner: unknown, fault: Fault): Kept['owner'] {
  if (owner === undefined) return null
  const [, uid, gid] = /^(\d{1,9}):(\d{1,9})$/.exec(String(owner)) ?? []
  if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  fault('"owner" is written as numbers, "33:33"')
  return null
}

function hookOf(hook: unknown, timeout: unknown, fault: Fault): Hook | null {
  const timeoutMs = durationMs(String(timeout ?? usualHookTimeout))
  if (timeoutMs === null) fault('"hookTimeout" is a length of time, such as "30s"')
  if (hook === undefined) return null
  const isCommand =
    Array.isArray(hook) && hook.length > 0 && hook.every(one => typeof one === 'string' && one !== '')
  if (!isCommand) {
    fault('"hook" is a list of texts: the program and its arguments')
    return null
  }
  const [program, ...args] = hook as string[]
  return { key: JSON.stringify(hook), program: program!, args, timeoutMs: timeoutMs ?? 0 }
}

function onKillOf(given: unknown, fault: Fault): Kept['onKill'] {
  if (given !== undefined && given !== 'remove' && given !== 'keep') fault('"onKill" is "remove" or "keep"')
  return given === 'keep' ? 'keep' : 'remove'
}

function credentialsOf(given: unknown, wanted: Map<string, Wanted>, fault: Fault): string[] {
  if (!Array.isArray(given) || given.length === 0) {
    fault('"credentials" is missing: a list such as ["orders-db", "documents:web"]')
    return []
  }
  return given.flatMap(text => {
    const one = readWanted(String(text))
    const other = one === null ? undefined : wanted.get(one.credential)
    if (one === null) fault(`"${text}" is no credential; write "id" or "id:consumer"`)
    else if (other !== undefined && other.consumer !== one.consumer)
      fault(`${one.credential} is wanted as two consumers`)
    else wanted.set(one.credential, one)
    return one === null ? [] : [one.credential]
  })
}

/** Read anew for each round, so that an edited template takes effect with the next one. */
export async function templateOf({ source, name, credentials }: Kept): Promise<Template> {
  if ('text' in source) return readTemplate(`The template of ${name}`, source.text, credentials)
  const text = await readFile(source.path, 'utf8').catch(error => {
    throw new Failure(exitCodes.usage, `The template ${source.path} cannot be read (${error.code}).`)
  })
  return readTemplate(source.path, text, credentials)
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(error => {
    throw new Failure(exitCodes.usage, `${path} cannot be read (${error.code}).`)
  })
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Failure(exitCodes.usage, `${path} is no JSON: ${(error as Error).message}`)
  }
}
