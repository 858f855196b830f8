// Where a program finds what it is given: variables of its environment, files, files made of templates. Never its arguments: those
// can be read by everyone on the machine.
import { readFile } from 'node:fs/promises'
import { exitCodes, Failure } from '../exit.ts'
import { partOf, type Reference, type Snapshot } from '../reference.ts'
import { readTemplate, render } from '../template.ts'
import { placeFile, private600, removeFile, whyNoPlace } from '../whole-file.ts'
import type { RunPlan } from './plan.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Ours stay ours: with a join token or a key file, the program could enrol as this agent. */
export function withoutOurs(environment: Environment): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment))
    if (value !== undefined && !/^REKEY_/i.test(name)) kept[name] = value
  return kept
}

export function variablesOf({ variables }: RunPlan, snapshot: Snapshot): Record<string, string> {
  return Object.fromEntries(
    variables.map(one => {
      const text = textOf(snapshot, one)
      if (text.includes('\0'))
        throw new Failure(
          exitCodes.usage,
          `--env ${one.name}: the value holds a zero byte, which no variable can; use --file.`,
        )
      return [one.name, text]
    }),
  )
}

/** All texts are made before the first is written. */
export async function writeFiles({ files, templates, wanted }: RunPlan, snapshot: Snapshot): Promise<void> {
  const known = wanted.map(one => one.credential)
  const texts = files.map(one => ({ path: one.path, text: textOf(snapshot, one) }))
  for (const { from, to } of templates)
    texts.push({ path: to, text: render(readTemplate(from, await templateText(from), known), snapshot) })
  for (const { path, text } of texts) await placeFile(path, text, private600)
}

/** Those that a part of it stands in: emptied first, for somebody may have them open, or under another name. */
export async function removeFiles({ files, templates, wanted }: RunPlan, credential: string): Promise<void> {
  const known = wanted.map(one => one.credential)
  const paths = files.filter(one => one.credential === credential).map(one => one.path)
  for (const { from, to } of templates) {
    const text = await templateText(from).catch(() => null)
    // What cannot be read any more may have been made with it.
    if (text === null || readTemplate(from, text, known).credentials.includes(credential)) paths.push(to)
  }
  for (const path of paths) await removeFile(path)
}

/** What can be known before anything is asked for. */
export async function checkPlaces({ files, templates, wanted, variables }: RunPlan): Promise<void> {
  const faults: (string | null)[] = []
  for (const path of [...files.map(one => one.path), ...templates.map(one => one.to)])
    faults.push(await whyNoPlace(path))
  const used = new Set([...variables, ...files].map(one => one.credential))
  for (const { from } of templates) {
    const template = readTemplate(
      from,
      await templateText(from),
      wanted.map(one => one.credential),
    )
    for (const name of template.credentials) used.add(name)
  }
  for (const { credential } of wanted)
    if (!used.has(credential)) faults.push(`--credential ${credential} is given to the program nowhere`)
  const told = faults.filter(one => one !== null)
  if (told.length > 0) throw new Failure(exitCodes.usage, told.join('\n'))
}

function textOf(snapshot: Snapshot, reference: Reference): string {
  const value = partOf(snapshot, reference)
  if (value !== null) return String(value)
  throw new Failure(exitCodes.usage, `This version of ${reference.credential} has no ${reference.part}.`)
}

async function templateText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(error => {
    throw new Failure(exitCodes.usage, `The template ${path} cannot be read (${error.code}).`)
  })
}
