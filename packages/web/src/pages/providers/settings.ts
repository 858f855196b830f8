// The settings of a provider as a table: each with what it may be, what is usual, and what it is for.
import { fieldOf, mayBeNull, partsOf, type Schema, withoutNull } from '../../parts/schema-shape.ts'

export interface SettingRow {
  /** `nodes[].host` */
  path: string
  what: string
  needed: boolean
  /** null: there is none. */
  usual: string | null
  help: string
}

export function settingRows(schema: Schema, under = ''): SettingRow[] {
  return partsOf(schema).flatMap(({ name, schema: one, needed, help }) => {
    const path = `${under}${name}`
    const field = fieldOf(one)
    const row = { path, what: whatOf(one), needed, usual: usualOf(one), help }
    if (field.is === 'group') return [row, ...settingRows(one, `${path}.`)]
    if (field.is === 'list') return [row, ...settingRows(field.of, `${path}[].`)]
    return [row]
  })
}

function whatOf(schema: Schema): string {
  const field = fieldOf(schema)
  const orNone = mayBeNull(schema) ? ', or none' : ''
  const { minimum, maximum, maxLength, type } = withoutNull(schema)
  switch (field.is) {
    case 'text':
      if (field.namesSecret) return 'the name of an admin secret'
      return `text${maxLength === undefined ? '' : `, ${maxLength} characters at the most`}${orNone}`
    case 'choice':
      return `${field.options.join(' or ')}${orNone}`
    case 'whole':
      return `a whole number${rangeText(minimum, maximum)}${orNone}`
    case 'number':
      return `a number${rangeText(minimum, maximum)}${orNone}`
    case 'yes-no':
      return 'yes or no'
    case 'lines':
      return 'texts'
    case 'list':
      return 'a list'
    case 'group':
      return 'a group'
    case 'variant':
      return `one of ${field.of.map(one => String(one.properties?.[field.by]?.const)).join(', ')}`
    case 'json':
      return type === 'array' ? 'a list, as JSON' : type === 'object' ? 'names with values, as JSON' : 'JSON'
  }
}

function rangeText(minimum?: number, maximum?: number): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`
  if (minimum !== undefined) return ` of ${minimum} or more`
  return maximum === undefined ? '' : ` of ${maximum} or less`
}

function usualOf({ default: usual }: Schema): string | null {
  if (usual === undefined) return null
  if (usual === '') return 'empty'
  if (typeof usual === 'boolean') return usual ? 'yes' : 'no'
  return typeof usual === 'object' ? JSON.stringify(usual) : String(usual)
}

/** The same draft as the form for a credential begins with: what was tried is not typed twice. */
export const settingsDraft = (kind: string) => `settings ${kind}`
