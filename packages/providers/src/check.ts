// Settings, checked against the one schema that a provider declares. What is wrong is said in words, all at once, and never
// repeats what was given: an address may carry a password.
import { createRequire } from 'node:module'
import type { TSchema } from 'typebox'
import type { Provider } from './provider.ts'

/** All faults as sentences; none: the settings are good. */
export function settingsFaults(
  provider: Pick<Provider, 'settings'>,
  given: Record<string, unknown>,
): string[] {
  const { Check, Errors } = checker()
  const completed = completeSettings(provider, given)
  if (Check(provider.settings, completed)) return []
  return [...new Set(Errors(provider.settings, completed).flatMap(error => worded(error, provider.settings)))]
}

/** Loaded when it is first needed: it is most of what a start would otherwise wait for. */
const checker = () => createRequire(import.meta.url)('typebox/value') as typeof import('typebox/value')

interface Schema {
  default?: unknown
  properties?: Record<string, Schema>
  items?: Schema
  description?: string
  anyOf?: { const?: unknown }[]
}

/** With what is usual put in for what was left out. */
export function completeSettings(
  { settings }: Pick<Provider, 'settings'>,
  given: Record<string, unknown>,
): Record<string, unknown> {
  return completed(settings as Schema, structuredClone(given)) as Record<string, unknown>
}

function completed(schema: Schema, given: unknown): unknown {
  const value = given === undefined && 'default' in schema ? structuredClone(schema.default) : given
  if (Array.isArray(value))
    return schema.items === undefined ? value : value.map(one => completed(schema.items!, one))
  if (typeof value !== 'object' || value === null) return value
  const whole = value as Record<string, unknown>
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    const filled = completed(inner, whole[name])
    if (filled !== undefined) whole[name] = filled
  }
  return whole
}

interface Fault {
  keyword: string
  instancePath: string
  schemaPath: string
  message: string
  params: object
}

function worded(error: Fault, schema: TSchema): string[] {
  const at = error.instancePath.slice(1).replaceAll('/', '.')
  const params = error.params as { requiredProperties?: string[]; additionalProperties?: string[] }
  const under = (name: string) => (at === '' ? `"${name}"` : `"${at}.${name}"`)
  switch (error.keyword) {
    case 'required':
      return (params.requiredProperties ?? []).map(name => {
        const described = describedAt(schema, `${error.instancePath}/${name}`)
        return `${under(name)} is missing${described === null ? '' : `: ${described}`}`
      })
    case 'additionalProperties':
      return (params.additionalProperties ?? []).map(
        name => `${under(name)} is not a setting: check its spelling`,
      )
    case 'anyOf':
      return [`"${at}" is none of the choices: ${choices(schema, error.instancePath)}`]
    // Said already: these are the branches of the two above.
    case 'boolean':
    case 'const':
      return []
    case 'pattern':
      return [
        `"${at}" is not written as it should be: ${describedAt(schema, error.instancePath) ?? error.message}`,
      ]
    default:
      return [`"${at}" ${error.message}`]
  }
}

function choices(schema: TSchema, path: string): string {
  const found = schemaAt(schema, path)
  return (found?.anyOf ?? []).map(one => String(one.const ?? '…')).join(', ')
}

function describedAt(schema: TSchema, path: string): string | null {
  const found = schemaAt(schema, path)
  return found?.description ?? null
}

function schemaAt(schema: TSchema, path: string): Schema | null {
  let at: Schema | undefined = schema as Schema
  for (const step of path.split('/').slice(1)) {
    at = /^\d+$/.test(step) && at?.items !== undefined ? at.items : at?.properties?.[step]
  }
  return at ?? null
}
