// Templates: `{{…}}` in a vendor file, filled in when a request is made. What is filled into an address is encoded, so that a
// setting can never become another path; and whoever writes a placeholder that does not exist is told when the file is read.
import type { Secret } from '@rekey/core'
import { ProviderError } from '../provider.ts'
import { first, parsePath } from './json-path.ts'

export type Source = 'settings' | 'operation' | 'handle' | 'value' | 'publicKey' | 'admin' | 'current'

export interface Placeholder {
  source: Source
  /** Which of its kind; for `current` a path. Empty where there is only one. */
  name: string
}

/** What there is to fill in. */
export interface Scope {
  settings: Record<string, unknown>
  operation?: { name: string; mark: string; version: number; key: string }
  handle?: string
  value?: Secret
  publicKey?: string
  admin?: Record<string, Secret>
  /** What the target answered when it was asked what stands there now. */
  current?: unknown
}

const operationNames = ['name', 'mark', 'version', 'key'] as const
const marks = /\{\{(.*?)\}\}/g
const alone = /^\{\{([^{}]*)\}\}$/

/** null: there is no such thing to fill in. */
export function parsePlaceholder(inner: string): Placeholder | null {
  const text = inner.trim()
  if (text === 'handle' || text === 'value' || text === 'publicKey') return { source: text, name: '' }
  const current = /^current (\$.*)$/.exec(text)
  if (current !== null)
    return parsePath(current[1]!) === null ? null : { source: 'current', name: current[1]! }
  const [, source, name] = /^(settings|admin|operation)\.([A-Za-z][A-Za-z0-9]*)$/.exec(text) ?? []
  if (source === undefined || name === undefined) return null
  if (source === 'operation' && !operationNames.some(one => one === name)) return null
  return { source: source as Source, name }
}

/** All of them, wherever they stand in a text, a list or an object; what is none is given as it is written. */
export function placeholdersIn(template: unknown): (Placeholder | string)[] {
  if (typeof template === 'string') {
    const rest = template.replaceAll(marks, '')
    const found = [...template.matchAll(marks)].map(([whole, inner]) => parsePlaceholder(inner!) ?? whole)
    return /\{\{|\}\}/.test(rest) ? [...found, template] : found
  }
  if (Array.isArray(template)) return template.flatMap(placeholdersIn)
  if (typeof template === 'object' && template !== null)
    return Object.values(template).flatMap(placeholdersIn)
  return []
}

/** For a header, or the step of a guide. */
export const filledText = (template: string, scope: Scope): string => filled(template, scope, text => text)

/** A path of which no part can be empty or lead upwards, whatever the settings say. */
export function filledPath(template: string, scope: Scope): string {
  const path = filled(template, scope, encodeURIComponent)
  if (
    path
      .split('/')
      .slice(1)
      .some(part => part === '' || part === '.' || part === '..')
  ) {
    throw new ProviderError(
      'rejected',
      `the path ${template} has an empty part or leads upwards: correct the settings`,
    )
  }
  return path
}

/** A body: a placeholder that stands alone keeps its type, and leaves no trace where there is nothing to fill in. */
export function filledBody(template: unknown, scope: Scope): unknown {
  if (typeof template === 'string') {
    const only = alone.exec(template)
    return only === null ? filledText(template, scope) : valueFor(parsePlaceholder(only[1]!)!, scope)
  }
  if (Array.isArray(template)) {
    return template.map(one => filledBody(one, scope)).filter(one => one !== undefined)
  }
  if (typeof template !== 'object' || template === null) return template
  return Object.fromEntries(
    Object.entries(template).flatMap(([name, one]) => {
      const value = filledBody(one, scope)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function filled(template: string, scope: Scope, dress: (text: string) => string): string {
  return template.replaceAll(marks, (whole, inner: string) => {
    const value = valueFor(parsePlaceholder(inner)!, scope)
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      return dress(String(value))
    }
    throw new ProviderError('rejected', `there is nothing to put in for ${whole}: correct the settings`)
  })
}

/** undefined: nothing, or a null of the target's. Secrets are revealed here, and only for the request that carries them. */
function valueFor({ source, name }: Placeholder, scope: Scope): unknown {
  switch (source) {
    case 'settings':
      return scope.settings[name]
    case 'operation':
      return scope.operation?.[name as (typeof operationNames)[number]]
    case 'current':
      return first(name, scope.current) ?? undefined
    case 'admin':
      return scope.admin?.[name]?.reveal()
    case 'value':
      return scope.value?.reveal()
    case 'handle':
    case 'publicKey':
      return scope[source]
  }
}
