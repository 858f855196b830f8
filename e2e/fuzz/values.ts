// Values from a schema: mostly such as it asks for, sometimes bent. Addresses lead to this machine only, whatever the schema
// would allow.
import type { Dice } from './dice.ts'

interface Shape {
  type?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Shape[]
  properties?: Record<string, Shape>
  required?: string[]
  patternProperties?: Record<string, Shape>
  additionalProperties?: unknown
  items?: Shape
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  pattern?: string
}

/** Ids that exist, so that not everything ends at "not found". */
export type Known = Record<string, readonly string[]>

const addresses = [
  'http://127.0.0.1:1',
  'http://127.0.0.1:9/hook',
  'https://127.0.0.1:1/x',
  'http://[::1]:1/',
]
const odd = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '../../etc/passwd',
  '%2e%2e%2f',
  '__proto__',
  'constructor',
  "'; DROP TABLE events; --",
  '<script>alert(1)</script>',
  '𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ‮',
  'a'.repeat(300),
  '{{7*7}}',
  '\r\nx-injected: 1',
  'null',
  '-1',
  '1e309',
]

export function valueFor(schema: unknown, dice: Dice, known: Known, name = '', bent = 0.04): unknown {
  const shape = (schema ?? {}) as Shape
  if (dice.chance(bent)) return oddity(dice)
  if (shape.const !== undefined) return shape.const
  if (shape.enum !== undefined) return dice.pick(shape.enum)
  if (shape.anyOf !== undefined) return valueFor(dice.pick(shape.anyOf), dice, known, name, bent)
  switch (shape.type) {
    case 'string':
      return textOf(shape, dice, known, name)
    case 'integer':
      return numberOf(shape, dice)
    case 'number':
      return dice.chance(0.5) ? numberOf(shape, dice) : numberOf(shape, dice) + 0.5
    case 'boolean':
      return dice.chance(0.5)
    case 'null':
      return null
    case 'array':
      return Array.from({ length: Math.max(shape.minItems ?? 0, dice.below(4)) }, () =>
        valueFor(shape.items, dice, known, name, bent),
      )
    default:
      return objectOf(shape, dice, known, name, bent)
  }
}

function objectOf(shape: Shape, dice: Dice, known: Known, name: string, bent: number): unknown {
  if (shape.properties === undefined && shape.patternProperties === undefined) {
    if (name === 'settings') return { console: 'a room', prefix: 'fuzz' }
    return shape.type === 'object' ? {} : dice.pick([{}, null, 'x', 1, []])
  }
  const made: Record<string, unknown> = {}
  for (const [field, inner] of Object.entries(shape.properties ?? {})) {
    if (!(shape.required ?? []).includes(field) && dice.chance(0.5)) continue
    if (dice.chance(bent / 2)) continue
    made[field] = valueFor(inner, dice, known, field, bent)
  }
  const [inner] = Object.values(shape.patternProperties ?? {})
  if (inner !== undefined && dice.chance(0.7)) {
    made[dice.pick(['*', 'production', 'dev', 'x y', '__proto__'])] = valueFor(inner, dice, known, name, bent)
  }
  if (dice.chance(bent / 2)) made[dice.pick(odd)] = oddity(dice)
  return made
}

function textOf(
  { maxLength, minLength = 0, pattern }: Shape,
  dice: Dice,
  known: Known,
  name: string,
): string {
  if (/url|issuer|address|console/i.test(name)) return dice.pick(addresses)
  // What speaks to a target would go wherever its settings say: only the one that asks a person is used.
  if (name === 'provider') return dice.pick(['manual', 'no-such-provider'])
  if (name === 'password' || name === 'fresh' || name === 'old')
    return dice.pick(['short', 'a long enough password'])
  const some = known[name] ?? known['id'] ?? []
  if (some.length > 0 && dice.chance(0.6)) return dice.pick(some)
  if (pattern?.includes('[a-z0-9]')) return `f${dice.below(500)}`
  if (dice.chance(0.15)) return dice.pick(odd)
  const length = Math.min(maxLength ?? 40, Math.max(minLength, dice.below(24)))
  return Array.from({ length }, () => dice.pick([...'abcdefghijklmnopqrstuvwxyz0123456789 -_./:'])).join('')
}

function numberOf({ minimum = -5, maximum = 10_000 }: Shape, dice: Dice): number {
  if (dice.chance(0.1)) return dice.pick([minimum, maximum, 0, -1, Number.MAX_SAFE_INTEGER, 8.64e15, 1e300])
  // Waiting is tried elsewhere: here it would only be slow.
  return minimum + dice.below(Math.min(50, maximum - minimum + 1))
}

function oddity(dice: Dice): unknown {
  return dice.pick<unknown>([
    null,
    true,
    -1,
    1e308,
    '',
    [],
    {},
    [[[[]]]],
    { $ref: '#' },
    dice.pick(odd),
    Number.MAX_VALUE,
  ])
}
