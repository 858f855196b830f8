// A JSON Schema as a form: which field each part of it is, what was typed made into a value, and what is wrong with it in words.
// Providers declare their settings so (TypeBox), and nothing about a provider is written here. Secrets are never typed into such a
// form: a setting that is the name of an admin secret is told apart, so that the form can say so.
import { isRecord } from './is-record.ts'

export interface Schema {
  type?: string
  const?: unknown
  enum?: readonly unknown[]
  anyOf?: readonly Schema[]
  properties?: Readonly<Record<string, Schema>>
  patternProperties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  items?: Schema
  default?: unknown
  description?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
}

export type Field =
  | { is: 'text'; long: boolean; namesSecret: boolean }
  | { is: 'choice'; options: readonly (string | number | boolean)[] }
  | { is: 'whole' }
  | { is: 'number' }
  | { is: 'yes-no' }
  /** Texts, one a line. */
  | { is: 'lines' }
  | { is: 'list'; of: Schema }
  | { is: 'group' }
  /** One of several objects, told apart by a part whose value is fixed in each. */
  | { is: 'variant'; by: string; of: readonly Schema[] }
  /** Of no shape that has a field: as JSON. */
  | { is: 'json' }

/** What stands in the fields: text as it was typed, so that nothing jumps while somebody types. */
export type Typed = string | boolean | readonly Typed[] | { readonly [name: string]: Typed }
export type TypedGroup = { readonly [name: string]: Typed }

export interface Part {
  name: string
  label: string
  help: string
  schema: Schema
  /** It has to be given: there is no default for it. */
  needed: boolean
}

export function fieldOf(schema: Schema): Field {
  const { type, anyOf, enum: values, items } = withoutNull(schema)
  const inner = withoutNull(schema)
  if (values?.every(isPlain)) return { is: 'choice', options: values as string[] }
  if (anyOf !== undefined) return unionOf(anyOf)
  switch (type) {
    case 'string':
      return { is: 'text', long: isLong(inner), namesSecret: /name of the admin secret/i.test(helpOf(inner)) }
    case 'integer':
      return { is: 'whole' }
    case 'number':
      return { is: 'number' }
    case 'boolean':
      return { is: 'yes-no' }
    case 'array':
      if (items?.type === 'string' && items.enum === undefined) return { is: 'lines' }
      if (items !== undefined && hasParts(items)) return { is: 'list', of: items }
      return { is: 'json' }
    case 'object':
      return hasParts(inner) ? { is: 'group' } : { is: 'json' }
    default:
      return { is: 'json' }
  }
}

function unionOf(anyOf: readonly Schema[]): Field {
  if (anyOf.every(one => isPlain(one.const)))
    return { is: 'choice', options: anyOf.map(one => one.const as string) }
  const [first] = anyOf
  const by = Object.keys(first?.properties ?? {}).find(name =>
    anyOf.every(one => isPlain(one.properties?.[name]?.const)),
  )
  return by === undefined ? { is: 'json' } : { is: 'variant', by, of: anyOf }
}

const isPlain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)
const hasParts = ({ properties, patternProperties }: Schema) =>
  properties !== undefined && patternProperties === undefined && Object.keys(properties).length > 0
const helpOf = ({ description = '' }: Schema) => description
const isLong = ({ maxLength, pattern, description = '' }: Schema) =>
  pattern === undefined && (/\bPEM\b/.test(description) || (maxLength ?? 0) > 1_000)

/** A value that may be null is a field that may be empty. */
export function withoutNull(schema: Schema): Schema {
  const { anyOf, ...rest } = schema
  if (anyOf === undefined || !anyOf.some(isNull)) return schema
  const others = anyOf.filter(one => !isNull(one))
  return others.length === 1 ? { ...others[0], ...rest } : { ...rest, anyOf: others }
}
const isNull = ({ type, const: value }: Schema) => type === 'null' || value === null
export const mayBeNull = ({ anyOf }: Schema) => anyOf?.some(isNull) === true

export function partsOf(schema: Schema): Part[] {
  const { properties = {}, required = [] } = withoutNull(schema)
  return Object.entries(properties)
    .filter(([, one]) => one.const === undefined)
    .map(([name, one]) => ({
      name,
      label: wordsOf(name),
      help: capital(helpOf(one)),
      schema: one,
      needed: required.includes(name) && one.default === undefined && !mayBeNull(one),
    }))
}

/** What to begin with. */
export function typedOf(schema: Schema, value: unknown = schema.default): Typed {
  const field = fieldOf(schema)
  const inner = withoutNull(schema)
  switch (field.is) {
    case 'yes-no':
      return typeof value === 'boolean' ? value : ''
    case 'lines':
      return Array.isArray(value) ? value.map(String).join('\n') : ''
    case 'list': {
      const rows: readonly unknown[] = Array.isArray(value) ? value : []
      const blanks = Math.max(0, (inner.minItems ?? 0) - rows.length)
      return [...rows, ...Array<undefined>(blanks).fill(undefined)].map(one => typedOf(field.of, one ?? {}))
    }
    case 'group':
      return typedGroup(inner, recordOf(value))
    case 'variant': {
      const given = recordOf(value)
      const chosen = chosenOf(field, String(given[field.by] ?? '')) ?? field.of[0]!
      return { ...typedGroup(chosen, given), [field.by]: String(chosen.properties?.[field.by]?.const) }
    }
    case 'json':
      return value === undefined ? '' : JSON.stringify(value, null, 2)
    default:
      return value === undefined || value === null ? '' : String(value)
  }
}

function typedGroup(schema: Schema, given: Record<string, unknown>): TypedGroup {
  return Object.fromEntries(
    partsOf(schema).map(({ name, schema: one }) => [name, typedOf(one, given[name] ?? one.default)]),
  )
}

export const chosenOf = ({ by, of }: Extract<Field, { is: 'variant' }>, value: string) =>
  of.find(one => String(one.properties?.[by]?.const) === value)

const recordOf = (value: unknown) => (isRecord(value) ? value : {})

const shorts = new Set([
  'api',
  'ca',
  'id',
  'ip',
  'json',
  'pem',
  'tls',
  'ttl',
  'url',
  'uri',
  'usd',
  'utc',
  'ssh',
])

/** `adminSecret` as "Admin secret", `baseUrl` as "Base URL". */
export function wordsOf(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[\s_-]+/)
    .map(one => (shorts.has(one.toLowerCase()) ? one.toUpperCase() : one.toLowerCase()))
  return capital(words.join(' '))
}

const capital = (text: string) => (text === '' ? '' : text[0]!.toUpperCase() + text.slice(1))
