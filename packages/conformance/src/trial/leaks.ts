// Values where none may be. Looked for as they are and as they are commonly dressed.
import { readFileSync } from 'node:fs'

const dressed = (value: string): string[] => [
  value,
  Buffer.from(value).toString('base64'),
  Buffer.from(value).toString('hex'),
  encodeURIComponent(value),
  JSON.stringify(value).slice(1, -1),
]

/** Where something was found, in words that do not repeat it. */
export function shownIn(text: string, values: readonly string[], where: string): string[] {
  return values.some(value => dressed(value).some(one => text.includes(one)))
    ? [`a value stands in ${where}`]
    : []
}

/** Command line and environment of a process and all below it: what anybody on the machine may see of them. */
export function processesUnder(pid: number): string {
  const read = (file: string) => {
    try {
      return readFileSync(file, 'latin1')
    } catch {
      return ''
    }
  }
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
  const own = [read(`/proc/${pid}/cmdline`), read(`/proc/${pid}/environ`)]
  return [...own, ...children.map(processesUnder)].join('\n')
}
