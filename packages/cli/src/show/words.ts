// What a line is made of: words, some of them in a tone. Tones are colours at a terminal and nothing elsewhere, so whatever matters is
// said by a word as well. Everything that is shown goes through here, and is made plain here.
import { plain, widthOf } from './plain.ts'

export type Tone = 'plain' | 'strong' | 'quiet' | 'good' | 'bad' | 'warn' | 'accent'

export interface Toned {
  text: string
  tone: Tone
}

export type Part = string | Toned
/** One line as it is meant; where it is too long, it goes on in the next. */
export type Words = Part | readonly Part[]

export const parts = (words: Words): readonly Part[] =>
  typeof words === 'string' || 'tone' in words ? [words] : words

const toned = (tone: Tone) => (text: string | number) => ({ text: String(text), tone })
export const strong = toned('strong')
export const quiet = toned('quiet')
export const good = toned('good')
export const bad = toned('bad')
export const warn = toned('warn')
export const accent = toned('accent')
/** Two spaces that are kept: between words elsewhere there is one, and a line may end there. */
export const gap = '\u00a0\u00a0'
/** So wide that the next words stand below each other. */
export const padded = (text: string, width: number) =>
  `${text}${'\u00a0'.repeat(Math.max(0, width - widthOf(plain(text))))}`
export const inTone = (tone: Tone, text: string): Toned => ({ text, tone })

const codes: Record<Tone, string> = {
  plain: '',
  strong: '1',
  quiet: '2',
  good: '32',
  bad: '31',
  warn: '33',
  accent: '36',
}

export interface Look {
  width: number
  hasColour: boolean
}

/** What stands together: between two of these a line may end. */
type Chunk = Toned[]

export const isBlank = (words: Words): boolean => partsOf(words).every(({ text }) => text === '')

export const wordsWidth = (words: Words): number =>
  partsOf(words).reduce((sum, { text }) => sum + widthOf(plain(text)), 0)

/** The longest that cannot be divided. */
export const longestWord = (words: Words): number => Math.max(0, ...chunksOf(words).map(chunkWidth))

/** Painted, each no wider than the width, but for a word that is; the first has so much more room. */
export function linesOf(words: Words, { width, hasColour }: Look, mayCut = false, more = 0): string[] {
  const chunks = mayCut ? chunksOf(words).flatMap(chunk => cut(chunk, width)) : chunksOf(words)
  const lines: string[] = []
  let line: Chunk = []
  let taken = 0
  for (const chunk of chunks) {
    const wide = chunkWidth(chunk)
    if (line.length > 0 && taken + 1 + wide > width + (lines.length === 0 ? more : 0)) {
      lines.push(painted(line, hasColour))
      line = []
    }
    taken = line.length === 0 ? wide : taken + 1 + wide
    line.push(...(line.length === 0 ? chunk : spaced(line, chunk)))
  }
  return [...lines, painted(line, hasColour)]
}

function partsOf(words: Words): readonly Toned[] {
  if (typeof words === 'string') return [{ text: words, tone: 'plain' }]
  if ('tone' in words) return [words]
  return words.map(part => (typeof part === 'string' ? { text: part, tone: 'plain' } : part))
}

function chunksOf(words: Words): Chunk[] {
  const chunks: Chunk[] = [[]]
  for (const { text, tone } of partsOf(words)) {
    for (const [at, piece] of plain(text).split(' ').entries()) {
      if (at > 0) chunks.push([])
      if (piece !== '') chunks.at(-1)!.push({ text: piece, tone })
    }
  }
  return chunks.filter(chunk => chunk.length > 0)
}

const chunkWidth = (chunk: Chunk) => chunk.reduce((sum, { text }) => sum + widthOf(text), 0)

/** The space takes the tone of both sides where they have the same, so that a toned sentence is painted once. */
function spaced(line: Chunk, chunk: Chunk): Chunk {
  const before = line.at(-1)!
  const tone = before.tone === chunk[0]!.tone ? before.tone : 'plain'
  return [{ text: ' ', tone }, ...chunk]
}

function cut(chunk: Chunk, width: number): Chunk[] {
  if (chunkWidth(chunk) <= width || width < 2) return [chunk]
  const pieces: Chunk[] = [[]]
  let taken = 0
  for (const { text, tone } of chunk) {
    for (const { segment } of new Intl.Segmenter().segment(text)) {
      const wide = widthOf(segment)
      if (taken + wide > width) {
        pieces.push([])
        taken = 0
      }
      pieces.at(-1)!.push({ text: segment, tone })
      taken += wide
    }
  }
  return pieces
}

function painted(line: Chunk, hasColour: boolean): string {
  if (!hasColour) return spacesOf(line.map(({ text }) => text).join(''))
  let out = ''
  for (let at = 0; at < line.length; ) {
    const { tone } = line[at]!
    let text = ''
    for (; at < line.length && line[at]!.tone === tone; at++) text += line[at]!.text
    out += codes[tone] === '' ? text : `\x1b[${codes[tone]}m${text}\x1b[0m`
  }
  return spacesOf(out)
}

const spacesOf = (text: string) => text.replaceAll('\u00a0', ' ')
