// Providers: what they can do, and the settings they need as a table made from their JSON Schema.
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, fields, heading, line } from '../show/blocks.ts'
import { table } from '../show/table.ts'
import { span } from '../show/times.ts'
import { gap, quiet, strong, type Words, warn } from '../show/words.ts'
import { list } from './list.ts'
import { none, yesNo } from './states.ts'

type Providers = Answer<'providers.list'>
type Provider = Providers['items'][number]

/** As the core declares them; the API gives them without a schema. */
interface Abilities {
  maxLive: number
  secretFrom: string
  canDisable: boolean
  canEndSessions: boolean
  canList: boolean
  canCompareRights: boolean
  usage: string
  usageLagMs: number
  byHand: string[]
}

interface Setting {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Setting[]
  items?: Setting
  properties?: Record<string, Setting>
  required?: string[]
  default?: unknown
  description?: string
  pattern?: string
  minimum?: number
  maximum?: number
}

export function providersBlocks({ items }: Providers): Block[] {
  return list({
    items,
    one: 'provider',
    columns: [
      { title: 'provider', cell: one => one.kind },
      { title: 'title', cell: one => one.title, least: 16 },
      { title: 'versions at once', cell: one => String(able(one).maxLive), align: 'right', drop: 2 },
      {
        title: 'makes the value',
        cell: one => (able(one).secretFrom === 'us' ? 'Rekey' : 'the target'),
        drop: 3,
      },
      { title: 'disables', cell: one => yesNo(able(one).canDisable), drop: 1 },
      { title: 'tells who uses it', cell: one => usageText(able(one)), drop: 4 },
      { title: 'tried against', cell: one => one.provedAgainst ?? none, drop: 5 },
    ],
  })
}

const able = ({ abilities }: Provider) => abilities as Abilities

const usages: Record<string, string> = {
  perCaller: 'every use, by whom',
  sessions: 'who is connected',
  lastUsed: 'when it was used last',
  none: 'nothing',
}
const usageText = ({ usage }: Abilities): Words =>
  usage === 'none' ? warn('nothing') : (usages[usage] ?? usage)

export function providerBlocks(one: Provider): Block[] {
  const abilities = able(one)
  const settings = settingRows(one.settings as Setting)
  return [
    heading([strong(one.kind), quiet(`${gap}${one.title}`)]),
    blank,
    fields([
      [
        'versions at once',
        abilities.maxLive === 1 ? warn('1: making another ends the first') : String(abilities.maxLive),
      ],
      [
        'makes the value',
        abilities.secretFrom === 'us' ? 'Rekey: it is sealed before the target is touched' : 'the target',
      ],
      ['disables', yesNo(abilities.canDisable)],
      ['ends sessions', yesNo(abilities.canEndSessions)],
      ['compares rights', yesNo(abilities.canCompareRights)],
      ['finds orphans', yesNo(abilities.canList)],
      ['tells who uses it', usageText(abilities)],
      ['late by', abilities.usageLagMs === 0 ? null : span(abilities.usageLagMs)],
      ['by hand', abilities.byHand.join(', ')],
      ['tried against', one.provedAgainst],
    ]),
    blank,
    ...(settings.length === 0
      ? [line(quiet('It needs no settings.'))]
      : [
          table(settings, [
            { title: 'setting', cell: row => row.name },
            { title: 'type', cell: row => row.type, least: 10 },
            { title: 'default', cell: row => row.usual, least: 8 },
            { title: 'what it is', cell: row => row.text, least: 24 },
          ]),
        ]),
  ]
}

interface Row {
  name: string
  type: string
  usual: Words
  text: string
}

/** Those within another one come below it, with the way to them. */
function settingRows({ properties = {}, required = [] }: Setting, within = ''): Row[] {
  return Object.entries(properties).flatMap(([name, setting]) => {
    const path = within === '' ? name : `${within}.${name}`
    const isNeeded = required.includes(name) && setting.default === undefined
    const usual = isNeeded
      ? warn('needed')
      : setting.default === undefined
        ? none
        : JSON.stringify(setting.default)
    const row = { name: path, type: typeText(setting), usual, text: setting.description ?? '' }
    const inner = setting.properties !== undefined ? setting : (setting.items ?? {})
    const below = inner === setting ? path : `${path}[]`
    return [row, ...settingRows(inner, below)]
  })
}

function typeText(setting: Setting): string {
  const { anyOf, enum: values, items, maximum, minimum, type } = setting
  if (setting.const !== undefined) return JSON.stringify(setting.const)
  if (values !== undefined) return values.map(one => String(one)).join(' | ')
  if (anyOf !== undefined) return anyOf.map(typeText).join(' | ').replaceAll('"', '')
  if (items !== undefined) return `list of ${typeText(items)}`
  const range = minimum !== undefined && maximum !== undefined ? ` ${minimum}–${maximum}` : ''
  return `${Array.isArray(type) ? type.join(' | ') : (type ?? 'anything')}${range}`
}
