// What was typed into the form of a JSON Schema, made into a value; or every fault in words, by its place (`nodes.0.host`).
import type { Fault } from '@rekey/wire'
import { isRecord } from './is-record.ts'
import {
  chosenOf,
  fieldOf,
  mayBeNull,
  partsOf,
  type Schema,
  type Typed,
  type TypedGroup,
  withoutNull,
} from './schema-shape.ts'

export type Faults = Readonly<Record<string, string>>

export interface ReadSettings {
  value: Record<string, unknown>
  faults: Faults
}

export function readSettings(schema: Schema, typed: TypedGroup): ReadSettings {
  const faults: Record<string, string> = {}
  return { value: groupOf(schema, typed, '', faults), faults }
}

export const isNeeded = 'It is needed.'

type Found = Record<string, string>

function groupOf(
  schema: Schema,
  typed: Typed | undefined,
  at: string,
  faults: Found,
): Record<string, unknown> {
  const given = isGroup(typed) ? typed : {}
  const value: Record<string, unknown> = {}
  for (const { name, schema: one, needed } of partsOf(schema)) {
    const read = valueAt(one, given[name] ?? '', join(at, name), needed, faults)
    if (read !== undefined) value[name] = read
  }
  return value
}

function valueAt(schema: Schema, typed: Typed, at: string, needed: boolean, faults: Found): unknown {
  const field = fieldOf(schema)
  const inner = withoutNull(schema)
  const say = (text: string) => {
    faults[at] ??= text
    return undefined
  }
  switch (field.is) {
    case 'text':
      return textOf(inner, String(typed), needed, mayBeNull(schema), say)
    case 'choice': {
      const chosen = field.options.find(one => String(one) === typed)
      if (chosen === undefined && needed) return say('Choose one.')
      return chosen
    }
    case 'whole':
    case 'number':
      return numberOf(inner, String(typed).trim(), { needed, whole: field.is === 'whole' }, say)
    case 'yes-no':
      if (typed === '' && needed) return say('Say yes or no.')
      return typeof typed === 'boolean' ? typed : undefined
    case 'lines':
      return linesOf(inner, String(typed), needed, say)
    case 'list': {
      const rows = Array.isArray(typed) ? (typed as readonly Typed[]) : []
      if (rows.length === 0 && !needed) return undefined
      const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = inner
      if (rows.length < minItems)
        say(minItems === 1 ? 'At least one is needed.' : `At least ${minItems} are needed.`)
      if (rows.length > maxItems) say(`No more than ${maxItems}.`)
      return rows.map((row, index) => groupOf(field.of, row, join(at, String(index)), faults))
    }
    case 'group': {
      const value = groupOf(inner, typed, at, faults)
      return Object.keys(value).length === 0 && !needed ? undefined : value
    }
    case 'variant': {
      const given = isGroup(typed) ? typed : {}
      const chosen = chosenOf(field, String(given[field.by]))
      if (chosen === undefined) return needed ? say('Choose one.') : undefined
      return { [field.by]: chosen.properties![field.by]!.const, ...groupOf(chosen, given, at, faults) }
    }
    case 'json':
      return jsonOf(inner, String(typed).trim(), needed, say)
  }
}

type Say = (text: string) => undefined

function textOf(schema: Schema, typed: string, needed: boolean, nullable: boolean, say: Say): unknown {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, description, default: usual } = schema
  if (typed.trim() === '') {
    if (needed) return say(isNeeded)
    if (nullable) return null
    return usual === '' ? '' : undefined
  }
  if (typed.length < minLength) return say(`It has to have ${minLength} characters at the least.`)
  if (typed.length > maxLength) return say(`It is too long: ${maxLength} characters at the most.`)
  if (pattern === undefined || new RegExp(pattern, 'u').test(typed)) return typed
  return say(`It is not written as it should be${description ? `: ${description}` : ''}.`)
}

function numberOf(
  schema: Schema,
  typed: string,
  { needed, whole }: { needed: boolean; whole: boolean },
  say: Say,
) {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema
  if (typed === '') return needed ? say(isNeeded) : undefined
  const number = Number(typed)
  if (whole ? !Number.isSafeInteger(number) : !Number.isFinite(number))
    return say(whole ? 'Give a whole number.' : 'Give a number.')
  if (number >= minimum && number <= maximum) return number
  if (Number.isFinite(minimum) && Number.isFinite(maximum))
    return say(`Give a number from ${minimum} to ${maximum}.`)
  return say(number < minimum ? `Give ${minimum} or more.` : `Give ${maximum} or less.`)
}

function linesOf(schema: Schema, typed: string, needed: boolean, say: Say): unknown {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items = {} } = schema
  const lines = typed
    .split('\n')
    .map(one => one.trim())
    .filter(Boolean)
  if (lines.length === 0 && !needed) return undefined
  if (lines.length < minItems)
    return say(`Give ${minItems === 1 ? 'one line' : `${minItems} lines`} at the least.`)
  if (lines.length > maxItems) return say(`No more than ${maxItems} lines.`)
  const long = lines.find(one => one.length > (items.maxLength ?? Number.POSITIVE_INFINITY))
  if (long !== undefined) return say(`A line is too long: ${items.maxLength} characters at the most.`)
  const { pattern } = items
  const odd = pattern === undefined ? -1 : lines.findIndex(one => !new RegExp(pattern, 'u').test(one))
  if (odd >= 0) return say(`Line ${odd + 1} is not written as it should be.`)
  return lines
}

function jsonOf(schema: Schema, typed: string, needed: boolean, say: Say): unknown {
  if (typed === '') return needed ? say(isNeeded) : undefined
  let value: unknown
  try {
    value = JSON.parse(typed)
  } catch {
    return say('This is not JSON. Look for a missing quote or comma.')
  }
  const is = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value
  const { type, minItems = 0 } = schema
  if (type === 'object' && is !== 'object') return say('Give an object: { "name": … }.')
  if (type === 'array' && is !== 'array') return say('Give a list: [ … ].')
  if (Array.isArray(value) && value.length < minItems) return say('At least one is needed.')
  return value
}

const isGroup = (typed: Typed | undefined): typed is TypedGroup => isRecord(typed)
const join = (at: string, name: string) => (at === '' ? name : `${at}.${name}`)

/** What the control plane found wrong with settings, at the fields it names: `"nodes.0.host" is missing: …`. */
export function faultsOfSettings(faults: readonly Fault[]): { at: Faults; rest: Fault[] } {
  const at: Record<string, string> = {}
  const rest: Fault[] = []
  for (const fault of faults) {
    const named = /^"([^"]+)" (.+)$/s.exec(fault.text)
    if (named === null) rest.push(fault)
    else at[named[1]!] ??= `It ${named[2]}.`
  }
  return { at, rest }
}
