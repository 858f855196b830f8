// Holds a value to a schema, and says everything that is wrong at once: where, what, and what was probably meant. The API checks all of
// this again; but it does not repeat names that it does not know, for those may be secrets in the wrong place.
import { type Fields, isFields } from '../json-file.ts'
import { closest } from './closest.ts'
import type { Schema } from './schema.ts'

export interface Found {
  /** The way to it: `credentials.orders-db.kind`. */
  at: string
  text: string
  how: string
}

export function check(schema: Schema, value: unknown, at = ''): Found[] {
  const { anyOf } = schema
  if (anyOf !== undefined) return ofOne(anyOf, value, at)
  if (schema.const !== undefined && value !== schema.const) return [found(at, `is not ${say(schema.const)}`)]
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [notAmong(schema.enum, value, at)]
  if (schema.type !== undefined && !isOfType(schema.type, value)) {
    return [found(at, `is ${kindOf(value)}, and has to be ${articled(schema.type)}`)]
  }
  if (typeof value === 'string') return ofText(schema, value, at)
  if (typeof value === 'number') return ofNumber(schema, value, at)
  if (Array.isArray(value)) return ofList(schema, value, at)
  if (isFields(value)) return ofObject(schema, value, at)
  return []
}

const found = (at: string, text: string, how = ''): Found => ({
  at: at === '' ? 'the document' : at,
  text,
  how,
})

/** Of several forms the one that was meant: told by the word that names it, or else by which has the fewest faults. */
function ofOne(forms: readonly Schema[], value: unknown, at: string): Found[] {
  const faults = forms.map(form => check(form, value, at))
  if (faults.some(one => one.length === 0)) return []
  if (forms.length === 1) return faults[0]!
  const constants = forms.flatMap(form => (form.const === undefined ? [] : [form.const]))
  if (constants.length === forms.length) return [notAmong(constants, value, at)]
  const named = formsNamed(forms, value)
  if (named !== null) return check(named, value, at)
  const words = forms.flatMap(form => form.properties?.['how']?.const ?? [])
  if (words.length > 0 && isFields(value)) return [notAmong(words, value['how'], `${at}.how`)]
  const nearest = forms.findIndex(form => form.type !== 'null' && isOfType(form.type ?? 'object', value))
  return nearest >= 0
    ? faults[nearest]!
    : [
        found(
          at,
          `is ${kindOf(value)}, and has to be ${forms.map(one => articled(one.type ?? 'object')).join(' or ')}`,
        ),
      ]
}

function formsNamed(forms: readonly Schema[], value: unknown): Schema | null {
  if (!isFields(value)) return null
  return (
    forms.find(
      form => form.properties?.['how']?.const !== undefined && form.properties['how'].const === value['how'],
    ) ?? null
  )
}

function ofObject(schema: Schema, value: Fields, at: string): Found[] {
  const {
    additionalProperties,
    patternProperties = {},
    properties = {},
    propertyNames,
    required = [],
  } = schema
  const missing = required
    .filter(name => !Object.hasOwn(value, name))
    .map(name => found(join(at, name), 'is missing', properties[name]?.description ?? ''))
  const patterns = Object.entries(patternProperties).map(
    ([pattern, one]) => [new RegExp(pattern, 'u'), one] as const,
  )
  const within = Object.entries(value).flatMap(([name, one]): Found[] => {
    const here = join(at, name)
    const odd = propertyNames === undefined ? [] : check(propertyNames, name, here)
    if (odd.length > 0) return [found(here, 'cannot be a name', propertyNames?.description ?? '')]
    const own = Object.hasOwn(properties, name)
      ? properties[name]
      : patterns.find(([pattern]) => pattern.test(name))?.[1]
    if (own !== undefined) return check(own, one, here)
    if (typeof additionalProperties === 'object') return check(additionalProperties, one, here)
    return additionalProperties === false ? [notKnown(name, Object.keys(properties), here)] : []
  })
  return [...missing, ...within]
}

function notKnown(name: string, known: readonly string[], at: string): Found {
  const meant = closest(name, known)
  if (meant !== null) return found(at, 'is not known', `Did you mean ${meant}?`)
  return found(at, 'is not known', known.length === 0 ? '' : `Known are ${[...known].sort().join(', ')}.`)
}

function notAmong(values: readonly unknown[], value: unknown, at: string): Found {
  const words = values.filter(one => typeof one === 'string')
  const meant = typeof value === 'string' ? closest(value, words) : null
  const how = meant === null ? `Give one of ${values.map(String).join(', ')}.` : `Did you mean ${meant}?`
  return found(at, `is ${say(value)}, which is none of those that there are`, how)
}

function ofText(
  { maxLength, minLength, pattern, description = '' }: Schema,
  value: string,
  at: string,
): Found[] {
  if (minLength !== undefined && [...value].length < minLength)
    return [found(at, minLength === 1 ? 'is empty' : 'is too short')]
  if (maxLength !== undefined && [...value].length > maxLength)
    return [found(at, `is longer than ${maxLength} characters`)]
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value))
    return [
      found(
        at,
        `is ${say(value)}, which cannot stand there`,
        description === '' ? `It has to match ${pattern}` : description,
      ),
    ]
  return []
}

function ofNumber({ maximum, minimum }: Schema, value: number, at: string): Found[] {
  if (minimum !== undefined && value < minimum) return [found(at, `is ${value}, less than ${minimum}`)]
  if (maximum !== undefined && value > maximum) return [found(at, `is ${value}, more than ${maximum}`)]
  return []
}

function ofList(
  { items, maxItems, minItems, prefixItems = [] }: Schema,
  value: readonly unknown[],
  at: string,
): Found[] {
  if (minItems !== undefined && value.length < minItems)
    return [found(at, `has less than ${minItems} entries`)]
  if (maxItems !== undefined && value.length > maxItems)
    return [found(at, `has more than ${maxItems} entries`)]
  if (items === false && value.length > prefixItems.length)
    return [found(at, `has more than ${prefixItems.length} entries`)]
  return value.flatMap((one, nth) => {
    const schema = prefixItems[nth] ?? (typeof items === 'object' ? items : {})
    return check(schema, one, `${at}[${nth}]`)
  })
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'integer':
      return Number.isSafeInteger(value)
    case 'number':
      return typeof value === 'number' && Number.isFinite(value)
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isFields(value)
    default:
      return typeof value === type
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return articled(typeof value)
}

const names: Record<string, string> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'an object',
  string: 'a text',
}
const articled = (type: string) => names[type] ?? type

const join = (at: string, name: string) => (at === '' ? name : `${at}.${name}`)
/** Short words only: what is longer may be a value in the wrong place. */
const say = (value: unknown) =>
  typeof value === 'string'
    ? value.length <= 40
      ? JSON.stringify(value)
      : 'another text'
    : typeof value === 'object'
      ? kindOf(value)
      : String(value)
