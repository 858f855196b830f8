// Prints failures whole, passes as a count: four hundred green lines hide the one that matters.
import type { TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0
  let failed = 0
  let skipped = 0
  for await (const event of source) {
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
  yield `${passed} passed, ${failed} failed, ${skipped} skipped\n`
}
