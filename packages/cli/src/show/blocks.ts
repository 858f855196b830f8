// What a command shows, as blocks that know nothing of the terminal; here they become lines of a width.
import { plain } from './plain.ts'
import { type Cell, type Lines, type Table, tableLines } from './table.ts'
import { isBlank, type Look, linesOf, quiet, strong, type Words } from './words.ts'

export type Block =
  | { is: 'line'; words: Words; indent: number; hang: number }
  | { is: 'blank' }
  | { is: 'fields'; rows: readonly (readonly [label: string, cell: Cell])[] }
  | { is: 'text'; text: string }
  | { is: 'indented'; blocks: readonly Block[] }
  | Table

/** Where it goes on in another line, that one is indented by `hang` more. */
export const line = (words: Words, indent = 0, hang = 0): Block => ({ is: 'line', words, indent, hang })
/** What to do about it. */
export const remedy = (how: string, indent = 0): Block => line(quiet(`→ ${how}`), indent, 2)
export const blank: Block = { is: 'blank' }
export const heading = (words: Words): Block => line(typeof words === 'string' ? strong(words) : words)
export const indented = (blocks: readonly Block[]): Block => ({ is: 'indented', blocks })
/** As it is, line by line: a document of its own. */
export const text = (given: string): Block => ({ is: 'text', text: given })
/** Those without anything to say are left out. */
export const fields = (rows: readonly (readonly [label: string, cell: Cell | null])[]): Block => ({
  is: 'fields',
  rows: rows.filter((row): row is [string, Cell] => row[1] !== null && !isNothing(row[1])),
})

const isNothing = (cell: Cell) =>
  typeof cell === 'object' && 'lines' in cell ? cell.lines.every(isBlank) : isBlank(cell)

export function layout(blocks: readonly Block[], look: Look): string[] {
  return blocks.flatMap(block => linesOfBlock(block, look))
}

function linesOfBlock(block: Block, look: Look): string[] {
  switch (block.is) {
    case 'blank':
      return ['']
    case 'line': {
      const { hang, indent, words } = block
      const within = { ...look, width: Math.max(20, look.width - indent - hang) }
      const [first = '', ...rest] = linesOf(words, within, false, hang)
      return [`${' '.repeat(indent)}${first}`, ...rest.map(one => `${' '.repeat(indent + hang)}${one}`)]
    }
    case 'text':
      return block.text.replace(/\n+$/, '').split('\n').map(plain)
    case 'indented':
      return layout(block.blocks, { ...look, width: Math.max(20, look.width - 2) }).map(one =>
        one === '' ? '' : `  ${one}`,
      )
    case 'fields':
      return fieldLines(block.rows, look)
    case 'table':
      return tableLines(block, look)
  }
}

function fieldLines(rows: readonly (readonly [string, Cell])[], look: Look): string[] {
  const wide = Math.max(0, ...rows.map(([label]) => label.length)) + 2
  const within = { ...look, width: Math.max(20, look.width - wide) }
  return rows.flatMap(([label, cell]) => {
    const told = asLines(cell).lines.flatMap(words => linesOf(words, within))
    const named = linesOf(quiet(label), { ...look, width: wide })[0] ?? ''
    const first = `${named}${' '.repeat(wide - label.length)}`
    return told.map((one, at) => `${at === 0 ? first : ' '.repeat(wide)}${one}`.trimEnd())
  })
}

const asLines = (cell: Cell): Lines =>
  typeof cell === 'object' && 'lines' in cell ? cell : { lines: [cell] }
