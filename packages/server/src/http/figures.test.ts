import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '@rekey/core'
import { mintToken, tokenTypes } from '../access/token-format.ts'
import { logTo } from './log.ts'
import { metrics } from './metrics.ts'

test('a line of the log is one JSON object with plain fields, and leaves out what is anything else', () => {
  const lines: string[] = []
  const log = logTo(
    line => lines.push(line),
    () => 0,
  )
  log('warn', 'refused', {
    who: 'person:alice\n{"forged":true}',
    times: 3,
    codes: ['a', 'b'],
    secret: new Secret('must-never-show'),
    nested: { value: 'must-never-show' },
    mixed: ['a', new Secret('must-never-show')],
    none: undefined,
    is: null,
  })
  assert.equal(lines.length, 1)
  assert.ok(!lines[0]?.includes('\n'))
  assert.deepEqual(JSON.parse(lines[0] ?? ''), {
    time: '1970-01-01T00:00:00.000Z',
    level: 'warn',
    what: 'refused',
    who: 'person:alice\n{"forged":true}',
    times: 3,
    codes: ['a', 'b'],
    is: null,
  })
})

test('a token of ours that slipped into a field is left out of the line, of whatever kind it is', () => {
  const lines: string[] = []
  const log = logTo(line => lines.push(line))
  const random = (bytes: number) => new Uint8Array(bytes).fill(9)
  for (const type of tokenTypes) {
    const text = mintToken(type, random).text.reveal()
    log('error', 'trouble', { where: `Bearer ${text}`, list: [text] })
    assert.ok(!lines.at(-1)?.includes(text), type)
  }
  log('error', 'trouble', { where: 'Rekey rka1.abc.def' })
  assert.ok(!lines.at(-1)?.includes('rka1'))
})

test('the buckets of a histogram hold all that took no longer, so each has as many as the one before or more', () => {
  const figures = metrics()
  for (const tookMs of [0.5, 1, 3, 3, 40, 20_000]) figures.answered('agent.value', 200, tookMs)
  const text = figures.text({ rekey_streams_agents: 2 })
  const bucket = (le: string) =>
    Number(new RegExp(`bucket\\{operation="agent.value",le="${le}"\\} (\\d+)`).exec(text)?.[1])
  assert.deepEqual(['0.001', '0.0025', '0.005', '0.05', '10', '\\+Inf'].map(bucket), [2, 2, 4, 5, 5, 6])
  assert.match(text, /^rekey_http_request_seconds_count\{operation="agent.value"\} 6$/m)
  assert.match(text, /^rekey_http_request_seconds_sum\{operation="agent.value"\} 20.0475$/m)
  assert.match(text, /^rekey_http_requests_total\{operation="agent.value",status="200"\} 6$/m)
  assert.match(text, /^# TYPE rekey_streams_agents gauge\nrekey_streams_agents 2$/m)
  assert.match(text, /^rekey_webhooks_failed_total 0$/m)
  assert.ok(text.endsWith('\n'))
})
