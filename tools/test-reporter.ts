// Prints failures whole, and at the end one line for the test command with what passed and how long each file took: four hundred green
// lines hide the one that matters.
import type { TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'

export interface Tally {
  passed: number
  failed: number
  skipped: number
  took: { file: string; seconds: number }[]
}

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0
  let failed = 0
  let skipped = 0
  const seconds = new Map<string, number>()
  for await (const event of source) {
    if ((event.type === 'test:pass' || event.type === 'test:fail') && event.data.nesting === 0) {
      const { file = '', details } = event.data
      seconds.set(file, (seconds.get(file) ?? 0) + details.duration_ms / 1000)
    }
    if (event.type === 'test:pass' && event.data.details.type !== 'suite') {
      if (event.data.skip) skipped++
      else passed++
    }
    if (event.type === 'test:fail') {
      if (event.data.details.type === 'suite') continue
      failed++
      const { name, file, line, details } = event.data
      const error = details.error as Error & { cause?: unknown }
      yield `\nFAILED  ${name}\n        ${file ?? ''}:${line ?? ''}\n${inspect(error.cause ?? error, { depth: 4 })}\n`
    }
    if (event.type === 'test:stderr' || event.type === 'test:stdout') yield event.data.message
  }
  const took = [...seconds].map(([file, seconds]) => ({ file, seconds }))
  yield `${JSON.stringify({ passed, failed, skipped, took } satisfies Tally)}\n`
}
