// Checks what came against the route's schema, and says everything that is wrong at once. Bodies are taken as they are;
// addresses carry text only, so what stands there is first made into the numbers that it says.

import type { Fault } from '@rekey/wire'
import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { Settings } from 'typebox/system'
import { Value } from 'typebox/value'
import { ProblemError } from './problem.ts'

export interface Checker {
  /** The value with its defaults. */
  check(value: unknown): unknown
}

const mostFaults = 20

/** Compiled when it is first used: a start would compile a hundred schemas that nobody asks for. */
export function checker(schema: TSchema, place: 'params' | 'query' | 'body'): Checker {
  let compiled: Validator | null = null
  const hasDefaults = JSON.stringify(schema).includes('"default"')
  const asksNothing = !hasDefaults && ((schema as { required?: string[] }).required ?? []).length === 0
  return {
    check(given) {
      if (asksNothing && place === 'query' && isEmpty(given)) return nothing
      compiled ??= Compile(schema)
      let value = given
      if (place !== 'body') value = converted(schema, value)
      if (hasDefaults) value = Value.Default(schema, value)
      if (compiled.Check(value)) return value
      throw new ProblemError('invalid-request', {
        detail: `The ${place === 'body' ? 'body' : place === 'query' ? 'query' : 'address'} is not as it has to be.`,
        how: 'Compare it with the schema at /docs.',
        faults: faultsOf(compiled, value, place),
      })
    },
  }
}

const nothing = Object.freeze({})

function isEmpty(given: unknown): boolean {
  for (const _ in given as object) return false
  return true
}

interface ObjectSchema {
  properties?: Record<string, { type?: string; anyOf?: unknown[] }>
}

/** Only where the schema asks for a number or a truth value, and the text says exactly one. */
function converted(schema: TSchema, value: unknown): unknown {
  const { properties = {} } = schema as ObjectSchema
  const fields: Record<string, unknown> = {}
  for (const [name, text] of Object.entries((value ?? {}) as Record<string, unknown>)) {
    const field = Object.hasOwn(properties, name) ? properties[name] : undefined
    // What is not known is ignored, as everywhere on the web.
    if (field === undefined) continue
    fields[name] = typeof text === 'string' ? said(field.type, text) : text
  }
  return fields
}

function said(type: string | undefined, text: string): unknown {
  if ((type === 'integer' || type === 'number') && /^-?\d{1,16}$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

/** What was sent is not repeated: it may be a value that was put into the wrong field. */
function faultsOf(compiled: Validator, value: unknown, place: string): Fault[] {
  const faults: Fault[] = []
  // TypeBox would stop at eight, and a field that is too much is two of them.
  Settings.Set({ maxErrors: 2 * mostFaults })
  for (const error of compiled.Errors(value)) {
    // Its name is not ours to repeat. That there is such a field is said of what it is in.
    if (error.keyword === 'boolean') continue
    const at = `/${place}${error.instancePath}`
    if (faults.some(one => one.at === at && one.text === error.message)) continue
    faults.push({ code: error.keyword, text: error.message, how: hint(error), at })
    if (faults.length >= mostFaults) break
  }
  return faults
}

function hint({ keyword, params }: { keyword: string; params: object }): string {
  const { missingProperty, requiredProperties, additionalProperties, allowedValues } = params as {
    missingProperty?: string
    requiredProperties?: string[]
    additionalProperties?: string[]
    allowedValues?: unknown[]
  }
  if (requiredProperties !== undefined) return `Give ${requiredProperties.slice(0, 10).join(', ')}.`
  if (missingProperty !== undefined) return `Give ${missingProperty}.`
  // The name of a field that is not known may be anything, also a secret in the wrong place.
  if (additionalProperties !== undefined)
    return 'Leave out what is not in the schema; perhaps a name is misspelt.'
  if (allowedValues !== undefined) return `Give one of ${allowedValues.slice(0, 20).map(String).join(', ')}.`
  return keyword === 'anyOf' ? 'Give one of the forms that the schema allows.' : 'See the schema.'
}
