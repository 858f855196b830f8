// A million credentials in about a minute: two are registered through the product, and their rows are multiplied by SQL
// while the store is closed. Every text in which a template's name occurs gets the new name; all else stays as written.
import { dayMs } from '@rekey/core'
import type { Ground } from '@rekey/server'
import { benchNowMs, register } from './ground.ts'

/** Those that come due in a tick have three consumers, the others one, which bounds the size of the store. */
export const templates = { one: 'template-one', three: 'template-three' } as const
export type Template = keyof typeof templates

export async function registerTemplates(ground: Ground): Promise<void> {
  await register(ground, templates.one, ['worker-a'])
  await register(ground, templates.three, ['worker-a', 'worker-b', 'worker-c'])
}

/** So many come due at once; ticks after one another take different ones, spread over the whole range of ids. */
export const dueAtOnce = 100
export const ticksFor = 64

export const credentialId = (n: number) => `credential-${String(n).padStart(7, '0')}`
export const dueIn = (size: number, tick: number): string[] =>
  Array.from({ length: dueAtOnce }, (_, at) => credentialId(at * (size / dueAtOnce) + tick))

/** Later than any clock here. */
export const farMs = benchNowMs + 365 * dayMs

interface Table {
  name: string
  /** The column that says whose row it is, and what stands before the credential's id in it. */
  key: string
  before: string
}

export const allTables: readonly Table[] = [
  { name: 'credentials', key: 'id', before: '' },
  { name: 'consumers', key: 'credential', before: '' },
  { name: 'versions', key: 'credential', before: '' },
  { name: 'assignments', key: 'credential', before: '' },
  { name: 'sealed', key: 'credential', before: '' },
  { name: 'due', key: 'subject', before: 'credential/' },
  { name: 'streams', key: 'stream', before: 'credential/' },
  { name: 'events', key: 'stream', before: 'credential/' },
]
export const eventTables = allTables.filter(({ name }) => name === 'streams' || name === 'events')

export interface Column {
  name: string
  isText: boolean
}

/** What the two engines write differently. */
export interface Words {
  number: string
  /** All numbers n from `from` to `to - 1`, each with the rows of a template, in this order. */
  rows(from: number, to: number, template: string): string
  position: string | null
}

export const sqliteWords: Words = {
  number: `printf('credential-%07d', n)`,
  rows: (from, to, template) =>
    `(WITH RECURSIVE numbers (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM numbers WHERE n < ${to - 1})
      SELECT n FROM numbers) CROSS JOIN ${template} AS t`,
  position: null,
}

export const postgresWords: Words = {
  number: `('credential-' || lpad(n::text, 7, '0'))`,
  // The condition binds the template to n, so that the planner cannot turn the loops round.
  rows: (from, to, template) =>
    `generate_series(${from}::bigint, ${to - 1}) AS n CROSS JOIN LATERAL (SELECT * FROM ${template} WHERE n >= 0) AS t`,
  position: `nextval('event_positions')`,
}

export interface Wanted {
  tables: readonly Table[]
  template: Template
  from: number
  to: number
  /** A condition on n. */
  where: string
}

/** The rows of a template in a table of their own, so that they can be multiplied after they are gone from the store. */
export function keep(table: Table, template: Template): string {
  const id = `${table.before}${templates[template]}`
  return `CREATE TEMP TABLE ${kept(table, template)} AS SELECT * FROM ${table.name} WHERE ${table.key} = '${id}'`
}

const kept = ({ name }: Table, template: Template) => `kept_${name}_${template}`

export function forget(table: Table): string {
  const ids = Object.values(templates).map(id => `'${table.before}${id}'`)
  return `DELETE FROM ${table.name} WHERE ${table.key} IN (${ids.join(', ')})`
}

export function multiply(table: Table, columns: readonly Column[], wanted: Wanted, words: Words): string {
  const { template, from, to, where } = wanted
  const written = columns.filter(({ name }) => name !== 'position' || words.position !== null)
  const values = written.map(({ name, isText }) => {
    if (name === 'position') return words.position
    // Due times in another order than the ids, as they are in life.
    if (name === 'next_rotation_ms' || (table.name === 'due' && name === 'at_ms'))
      return `${farMs} + (n * 7919) % 1000003 * 1000`
    return isText ? `replace(t.${name}, '${templates[template]}', ${words.number})` : `t.${name}`
  })
  const names = written.map(({ name }) => name).join(', ')
  return `INSERT INTO ${table.name} (${names}) SELECT ${values.join(', ')}
    FROM ${words.rows(from, to, kept(table, template))} WHERE ${where}`
}

/** A whole population: who comes due in some tick, and everybody else. */
export function wantedFor(size: number): Wanted[] {
  const isDue = `n % ${size / dueAtOnce} < ${ticksFor}`
  const all = { tables: allTables, from: 0, to: size }
  return [
    { ...all, template: 'one', where: `NOT (${isDue})` },
    { ...all, template: 'three', where: isDue },
  ]
}
