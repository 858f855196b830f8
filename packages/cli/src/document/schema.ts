// The JSON Schema (2020-12) of the files that `rekey apply` reads, made from the schemas of the API: what may be sent may be written,
// what has a default may be left out, and a name that is not known is a mistake.
import { consumerInput, credentialInput, rules, signalPolicy } from '@rekey/wire'

/** As much of JSON Schema as the wire uses. */
export interface Schema {
  $schema?: string
  title?: string
  description?: string
  type?: string
  enum?: readonly unknown[]
  const?: unknown
  default?: unknown
  anyOf?: readonly Schema[]
  properties?: Readonly<Record<string, Schema>>
  patternProperties?: Readonly<Record<string, Schema>>
  additionalProperties?: boolean | Schema
  propertyNames?: Schema
  required?: readonly string[]
  items?: Schema | boolean
  prefixItems?: readonly Schema[]
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  minimum?: number
  maximum?: number
}

/** Of what is sent, what a person has to write. */
export function written(given: unknown): Schema {
  return closed(JSON.parse(JSON.stringify(given)) as Loose)
}

/** As TypeBox writes it: a tuple in the manner of an older draft. */
type Loose = Omit<Schema, 'items'> & {
  items?: Schema | readonly Schema[]
  additionalItems?: boolean
  $id?: string
}

function closed({ $id: _, additionalItems: __, items, ...schema }: Loose): Schema {
  const { anyOf, patternProperties, properties, required } = schema
  const isTuple = Array.isArray(items)
  return {
    ...schema,
    ...(anyOf !== undefined && { anyOf: anyOf.map(one => closed(one as Loose)) }),
    ...(properties !== undefined && {
      properties: ofEach(properties),
      additionalProperties: schema.additionalProperties ?? false,
      required: (required ?? []).filter(name => properties[name]?.default === undefined),
    }),
    ...(patternProperties !== undefined && {
      patternProperties: ofEach(patternProperties),
      additionalProperties: schema.additionalProperties ?? false,
    }),
    ...(isTuple && {
      prefixItems: (items as readonly Schema[]).map(one => closed(one as Loose)),
      items: false,
    }),
    ...(items !== undefined && !isTuple && { items: closed(items as Loose) }),
  }
}

function ofEach(schemas: Readonly<Record<string, Schema>>): Record<string, Schema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, one]) => [name, closed(one as Loose)]))
}

const ids: Schema = {
  type: 'string',
  pattern: '^[a-z0-9]([a-z0-9._-]{0,98}[a-z0-9])?$',
  description: 'Lower-case letters, digits, dots, underscores and hyphens',
}

export const consumerSchema: Schema = written(consumerInput)
export const credentialSchema: Schema = written(credentialInput)
const twoPersonSchema: Schema = written(rules).properties!['twoPerson']!
export const signalsSchema: Schema = written(signalPolicy.put.body!)

const byId = (of: Schema, description: string): Schema => ({
  type: 'object',
  description,
  propertyNames: ids,
  additionalProperties: of,
})

export const documentSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'What Rekey keeps',
  description: 'Read by rekey diff and rekey apply. Values never stand here; admin secrets are named.',
  type: 'object',
  properties: {
    $schema: { type: 'string', description: 'Where this schema is, for editors' },
    credentials: byId(
      {
        ...credentialSchema,
        properties: {
          ...credentialSchema.properties,
          consumers: byId(consumerSchema, 'Who uses it, by id'),
        },
      },
      'By id',
    ),
    policies: {
      type: 'object',
      properties: { twoPerson: twoPersonSchema, signals: signalsSchema },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
}

/** With what holds where nothing is said. */
export function completed(schema: Schema, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const usual = Object.entries(schema.properties ?? {})
    .filter(([name, one]) => one.default !== undefined && !Object.hasOwn(value, name))
    .map(([name, one]) => [name, structuredClone(one.default)])
  return { ...value, ...Object.fromEntries(usual) }
}
