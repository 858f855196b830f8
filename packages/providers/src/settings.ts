// Settings, checked against the one schema that a provider declares. What is wrong is said in words, all at once, and never
// repeats what was given: an address may carry a password.
import { type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Provider } from './provider.ts'

/** The name of an admin secret. The value itself never stands in settings. */
export const adminSecret = (what: string) =>
  Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
    description: `The name of the admin secret that holds ${what}`,
  })

/** How the names that Rekey gives at the target begin. */
export const prefix = (longest: number) =>
  Type.String({
    pattern: '^[a-z][a-z0-9_]*$',
    maxLength: longest,
    description: 'How the names that Rekey gives there begin: small letters, digits and underscores',
  })

export const host = Type.String({
  pattern: '^[A-Za-z0-9.:_-]+$',
  maxLength: 253,
  description: 'A name or an address, without a port',
})
export const port = (usual: number) => Type.Integer({ minimum: 1, maximum: 65_535, default: usual })

/** Whether the way there is encrypted, and who is believed to be at its other end. */
export const tls = Type.Union([Type.Literal('verify'), Type.Literal('off')], {
  default: 'verify',
  description: 'verify: encrypted, and the certificate is checked. off: in the clear; for one machine only',
})
export const ca = Type.String({
  default: '',
  description: 'The certificate of your own authority, as PEM text; empty: the usual authorities',
})

/** All faults as sentences; none: the settings are good. */
export function settingsFaults(
  provider: Pick<Provider, 'settings'>,
  given: Record<string, unknown>,
): string[] {
  const completed = completeSettings(provider, given)
  if (Value.Check(provider.settings, completed)) return []
  return [
    ...new Set(Value.Errors(provider.settings, completed).flatMap(error => worded(error, provider.settings))),
  ]
}

/** With what is usual put in for what was left out. */
export function completeSettings(
  { settings }: Pick<Provider, 'settings'>,
  given: Record<string, unknown>,
): Record<string, unknown> {
  return Value.Default(settings, structuredClone(given)) as Record<string, unknown>
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
  const found = schemaAt(schema, path) as { anyOf?: { const?: unknown }[] } | null
  return (found?.anyOf ?? []).map(one => String(one.const ?? '…')).join(', ')
}

function describedAt(schema: TSchema, path: string): string | null {
  const found = schemaAt(schema, path) as { description?: string } | null
  return found?.description ?? null
}

function schemaAt(schema: TSchema, path: string): unknown {
  let at: unknown = schema
  for (const step of path.split('/').slice(1)) {
    const { properties, items } = (at ?? {}) as { properties?: Record<string, unknown>; items?: unknown }
    at = /^\d+$/.test(step) && items !== undefined ? items : properties?.[step]
  }
  return at ?? null
}
