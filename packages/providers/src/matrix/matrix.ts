// The matrix of abilities, made from what the providers declare: docs/providers/README.md holds it, and a test that it is so.
import { type Abilities, span, type Verb } from '@rekey/core'
import type { Provider } from '../provider.ts'

type Column = [title: string, cell: (provider: Provider) => string]

const yes = (is: boolean) => (is ? 'yes' : '–')
const usage: Record<Abilities['usage'], string> = {
  perCaller: 'each use, by whom',
  sessions: 'who is connected',
  lastUsed: 'when it was last used',
  none: '–',
}
const delay = (ms: number) => (ms === 0 ? '–' : span(ms))
/** A verb that a person carries out is an ability all the same. */
const can = (verb: Verb, is: (abilities: Abilities) => boolean) => (provider: Provider) =>
  provider.abilities.byHand.includes(verb) ? 'by hand' : yes(is(provider.abilities))

const columns: readonly Column[] = [
  ['kind', ({ kind }) => `\`${kind}\``],
  ['what', ({ title }) => title],
  [
    'live at once',
    ({ abilities }) =>
      abilities.maxLive === 1 ? '1' : abilities.maxLive >= 100 ? 'many' : String(abilities.maxLive),
  ],
  [
    'value made by',
    ({ abilities }) =>
      abilities.secretFrom === 'us'
        ? 'Rekey'
        : abilities.byHand.includes('mint')
          ? 'the target, by hand'
          : 'the target',
  ],
  ['disable', can('disable', one => one.canDisable)],
  ['end sessions', can('endSessions', one => one.canEndSessions)],
  ['finds orphans', ({ abilities }) => yes(abilities.canList)],
  ['compares rights', can('compareRights', one => one.canCompareRights)],
  ['tells of use', ({ abilities }) => usage[abilities.usage]],
  ['word lags by', ({ abilities }) => delay(abilities.usageLagMs)],
  ['change takes', ({ abilities }) => delay(abilities.propagationMs)],
  [
    'proved against',
    ({ provedAgainst }) => (provedAgainst === undefined ? 'not tried' : `the ${provedAgainst}`),
  ],
]

export function matrix(providers: readonly Provider[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    row(columns.map(([title]) => title)),
    row(columns.map(() => '---')),
    ...providers
      .toSorted((a, b) => (a.kind < b.kind ? -1 : 1))
      .map(one => row(columns.map(([, cell]) => cell(one)))),
  ].join('\n')
}

const begin = '<!-- matrix: made by npm run matrix -->'
const end = '<!-- end of matrix -->'

/** The document with the matrix put in between its two marks. */
export function withMatrix(text: string, providers: readonly Provider[]): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the document has no place for the matrix: ${begin} … ${end}`)
  return `${text.slice(0, from + begin.length)}\n\n${matrix(providers)}\n\n${text.slice(to)}`
}
