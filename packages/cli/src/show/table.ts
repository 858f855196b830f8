// A table that fits: first the columns that may be are wrapped, then those that matter least are left out, and where even that is too
// wide, each row is told below the other. No cell is ever cut off.
import { isBlank, type Look, linesOf, longestWord, quiet, strong, type Words, wordsWidth } from './words.ts'

/** Several lines in one cell. */
export interface Lines {
  lines: readonly Words[]
}
export type Cell = Words | Lines

export interface Column<R> {
  title: string
  cell: (row: R) => Cell
  align?: 'right'
  /** May be left out; the highest goes first. */
  drop?: number
  /** May be wrapped, down to so many columns. */
  least?: number
  /** And down to so many only when nothing is left that could be left out for it. */
  ideal?: number
}

export interface Table {
  is: 'table'
  titles: readonly string[]
  rules: readonly Pick<Column<unknown>, 'align' | 'drop' | 'ideal' | 'least'>[]
  rows: readonly (readonly Lines[])[]
  /** Below each row, indented. */
  details: readonly (readonly Words[])[]
  hasHead: boolean
}

const gap = 2

export function table<R>(
  rows: readonly R[],
  columns: readonly Column<R>[],
  detail: (row: R) => readonly Words[] = () => [],
): Table {
  return {
    is: 'table',
    titles: columns.map(one => one.title),
    rules: columns,
    rows: rows.map(row => columns.map(column => asLines(column.cell(row)))),
    details: rows.map(detail),
    hasHead: true,
  }
}

/** The same without titles: a list whose columns say what they are. */
export function listed<R>(rows: readonly R[], columns: readonly Omit<Column<R>, 'title'>[]): Table {
  return {
    ...table(
      rows,
      columns.map(one => ({ ...one, title: '' })),
    ),
    hasHead: false,
  }
}

const asLines = (cell: Cell): Lines =>
  typeof cell === 'object' && 'lines' in cell ? cell : { lines: [cell] }

export function tableLines(given: Table, look: Look): string[] {
  const { titles, rules, rows, details } = given
  const natural = titles.map((title, at) =>
    Math.max(title.length, ...rows.flatMap(row => row[at]!.lines.map(wordsWidth))),
  )
  const isEmpty = (at: number) => rows.every(row => row[at]!.lines.every(isBlank))
  const shown = titles.map((_, at) => at).filter(at => rules[at]!.drop === undefined || !isEmpty(at))
  const fits = fitted(given, shown, natural, look.width)
  if (fits === null) return rows.flatMap((row, at) => toldBelow(given, row, details[at]!, look))
  const draw = (cells: readonly Lines[]) => drawn(cells, fits, rules, look)
  const head = given.hasHead ? draw(titles.map(title => ({ lines: [quiet(title.toUpperCase())] }))) : []
  const body = rows.flatMap((row, at) => [...draw(row), ...detailLines(details[at]!, look)])
  return [...head, ...body]
}

interface Fit {
  at: number
  width: number
}

/** null: whatever is left out, it does not fit. */
function fitted(
  { rules, rows, titles }: Table,
  shown: readonly number[],
  natural: readonly number[],
  width: number,
): Fit[] | null {
  const left = [...shown]
  for (;;) {
    const drop = Math.max(...left.map(at => rules[at]!.drop ?? Number.NEGATIVE_INFINITY))
    const isLast = drop === Number.NEGATIVE_INFINITY
    const least = left.map(at =>
      Math.min(natural[at]!, isLast ? leastOf(at) : Math.max(leastOf(at), rules[at]!.ideal ?? 0)),
    )
    const spare = width - gap * (left.length - 1) - least.reduce((sum, one) => sum + one, 0)
    if (spare >= 0) return shared(left, least, natural, spare)
    if (isLast) return null
    left.splice(
      left.findLastIndex(at => rules[at]!.drop === drop),
      1,
    )
  }

  /** Never narrower than its longest word, up to a limit: a word that is cut cannot be copied. */
  function leastOf(at: number): number {
    const { least } = rules[at]!
    if (least === undefined) return natural[at]!
    const word = Math.max(...rows.flatMap(row => row[at]!.lines.map(longestWord)), titles[at]!.length)
    return Math.max(least, Math.min(word, mostWord))
  }
}
const mostWord = 40

/** What is to spare goes to those that lack something, each as much as it lacks of all that is lacking. */
function shared(left: number[], least: number[], natural: readonly number[], spare: number): Fit[] {
  const lacks = left.map((at, nth) => natural[at]! - least[nth]!)
  const all = lacks.reduce((sum, one) => sum + one, 0)
  if (all <= spare) return left.map(at => ({ at, width: natural[at]! }))
  return left.map((at, nth) => ({ at, width: least[nth]! + Math.floor((spare * lacks[nth]!) / all) }))
}

function drawn(cells: readonly Lines[], fits: readonly Fit[], rules: Table['rules'], look: Look): string[] {
  const columns = fits.map(({ at, width }) => {
    const mayCut = rules[at]!.least !== undefined
    const lines = cells[at]!.lines.flatMap(words => painted(words, width, look.hasColour, mayCut))
    return { lines, width, isRight: rules[at]!.align === 'right' }
  })
  const height = Math.max(...columns.map(({ lines }) => lines.length))
  return [...Array(height).keys()].map(at => {
    let line = ''
    for (const [nth, { lines, width, isRight }] of columns.entries()) {
      const [text, wide] = lines[at] ?? ['', 0]
      const fill = ' '.repeat(Math.max(0, width - wide))
      const isLast = nth === columns.length - 1
      line += isRight ? `${fill}${text}` : isLast ? text : `${text}${fill}`
      if (!isLast) line += ' '.repeat(gap)
    }
    return line.trimEnd()
  })
}

/** Each with its width, which its colours do not show. */
function painted(words: Words, width: number, hasColour: boolean, mayCut: boolean): [string, number][] {
  const bare = linesOf(words, { width, hasColour: false }, mayCut)
  const lines = hasColour ? linesOf(words, { width, hasColour }, mayCut) : bare
  return lines.map((line, at) => [line, wordsWidth(bare[at]!)])
}

function detailLines(details: readonly Words[], { width, hasColour }: Look): string[] {
  return details.flatMap(words => linesOf(words, { width: width - 2, hasColour }).map(line => `  ${line}`))
}

/** A row as lines of their own, for what is narrower than any table. */
function toldBelow(
  { titles }: Table,
  row: readonly Lines[],
  details: readonly Words[],
  look: Look,
): string[] {
  const wide = Math.max(...titles.map(title => title.length)) + gap
  const lines = row.flatMap((cell, at) => {
    if (cell.lines.every(isBlank)) return []
    const label = linesOf(quiet(titles[at]!), { width: wide, hasColour: look.hasColour })[0]!
    const within = { width: Math.max(8, look.width - wide), hasColour: look.hasColour }
    const told = cell.lines.flatMap(words => linesOf(at === 0 ? emphasised(words) : words, within))
    return told.map(
      (text, nth) =>
        `${nth === 0 ? `${label}${' '.repeat(wide - titles[at]!.length)}` : ' '.repeat(wide)}${text}`,
    )
  })
  return [...lines, ...detailLines(details, look), '']
}

const emphasised = (words: Words): Words => (typeof words === 'string' ? strong(words) : words)
