// The status block of the terminal: who holds what, what came of the work, and one word. A sign stands beside every colour, for colours are not for
// everybody, and not for every terminal.
import type { Card, Tone as CardTone } from './card.ts'
import type { KeyLine } from './keys.ts'
import type { Snapshot, Tone } from './stage.ts'

export interface Paint {
  tone(tone: CardTone, text: string): string
  said(tone: Tone, text: string): string
  soft(text: string): string
  strong(text: string): string
}

const code = (number: number) => (text: string) => `\x1b[${number}m${text}\x1b[0m`
const as = (text: string) => text
const [red, green, amber, blue, soft, strong] = [31, 32, 33, 36, 2, 1].map(code) as [
  typeof as,
  typeof as,
  typeof as,
  typeof as,
  typeof as,
  typeof as,
]

export const coloured: Paint = {
  tone: (tone, text) => ({ ok: green, old: amber, broken: red, idle: soft })[tone](text),
  said: (tone, text) => ({ plain: as, good: green, bad: red, rekey: blue })[tone](text),
  soft,
  strong,
}
export const bare: Paint = { tone: (_, text) => text, said: (_, text) => text, soft: as, strong: as }

export const signs: Record<CardTone, string> = { ok: '●', old: '▲', broken: '✕', idle: '○' }

export const width = 80

export function tableOf(shown: Snapshot, paint: Paint, addresses: readonly string[]): string[] {
  return [
    '',
    headOf(shown, paint),
    paint.soft(
      `  ${'consumer'.padEnd(25)}${'holds'.padEnd(10)}${'done'.padStart(6)}${'lost'.padStart(6)}${'worse'.padStart(7)}`,
    ),
    ...shown.cards.map(card => rowOf(card, paint)),
    ...footOf(shown, paint),
    ...addresses.map(one => paint.soft(`  ${one}`)),
  ]
}

function headOf({ act, title, elapsedMs, isPaused, isOver }: Snapshot, paint: Paint): string {
  const left = act === 0 ? ` ${title} ` : ` Act ${act} · ${title} `
  const state = isOver ? 'the end' : isPaused ? 'paused' : clockText(elapsedMs)
  const keys = isOver
    ? '1 2 3 acts · r again · q quit'
    : `space ${isPaused ? 'goes on' : 'pauses'} · 1 2 3 acts · r · q`
  const right = ` ${state} · ${keys} `
  const line = '─'.repeat(Math.max(1, width - 1 - left.length - right.length))
  return `${paint.soft('─')}${paint.strong(left)}${paint.soft(`${line}${right}`)}`
}

export const clockText = (ms: number) =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1_000) % 60).padStart(2, '0')}`

function rowOf(card: Card, paint: Paint): string {
  const figure = (value: number, wide: number, isBad: boolean) => {
    const text = String(value).padStart(wide)
    return isBad && value > 0 ? paint.tone('broken', text) : text
  }
  const name = card.name.slice(0, 24).padEnd(25)
  const figures = `${figure(card.done, 6, false)}${figure(card.failed, 6, true)}${figure(card.degraded, 7, true)}`
  const mark = paint.tone(card.tone, signs[card.tone])
  return `${mark} ${name}${card.held.slice(0, 9).padEnd(10)}${figures}  ${paint.tone(card.tone, card.word)}`
}

const keyWords: Record<KeyLine['state'], string> = {
  good: 'good',
  revoked: 'revoked',
  disabled: 'disabled',
  dead: 'dead',
}

function footOf({ keys, step, kill }: Snapshot, paint: Paint): string[] {
  const held = keys.map(one => {
    const text = `${one.label} ${keyWords[one.state]}`
    return one.state === 'good' ? text : paint.soft(text)
  })
  const lines = [`  Docstore  ${held.join(' · ')}`]
  if (step !== null) lines.push(`  Rekey     ${step.slice(0, width - 13)}`)
  if (kill !== null) {
    const last = kill.attackerLastUseAfterMs
    const attacker = `in ${kill.attackerUses} times, refused ${kill.attackerRefused} times`
    lines.push(`  Attacker  ${attacker}${last === null ? '' : `, last in ${last} ms after the order`}`)
  }
  return lines
}

/** In lines of so many characters, broken between words; those that follow begin deeper. */
export function wrapped(text: string, first: string, rest: string): string[] {
  const lines: string[] = []
  let line = first
  for (const word of text.split(' ')) {
    if (line.length + word.length + 1 > width && line.trim() !== '') {
      lines.push(line.trimEnd())
      line = rest
    }
    line += `${word} `
  }
  return [...lines, line.trimEnd()]
}
