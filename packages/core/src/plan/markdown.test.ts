import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Consumer } from '../consumer.ts'
import { aConsumer, aCredential, fixtureNowMs, someAbilities } from '../fixtures.ts'
import { policyFor } from '../policy-defaults.ts'
import { minuteMs } from '../time.ts'
import { plain, planMarkdown } from './markdown.ts'
import { type PlanRequest, plan } from './planner.ts'
import { runbookMarkdown } from './runbook.ts'

const made = (consumers: Consumer[], over: Partial<PlanRequest> = {}) =>
  plan({
    credential: aCredential(),
    consumers,
    abilities: someAbilities({ usageLagMs: 0 }),
    policy: policyFor(aCredential()),
    nowMs: fixtureNowMs,
    trigger: { why: 'time' },
    firstVersion: false,
    ...over,
  })
const printed = (consumers: Consumer[], over: Partial<PlanRequest> = {}) =>
  planMarkdown(made(consumers, over), over.credential ?? aCredential(), consumers, {
    startAtMs: fixtureNowMs,
  })
const runbook = (consumers: Consumer[], over: Partial<PlanRequest> = {}) =>
  runbookMarkdown(made(consumers, over), over.credential ?? aCredential(), consumers)

const hostile = 'a|b`c`\n# <img src=x> [x](https://evil.example) **d**\u202e'

test('the planning template is filled in', () => {
  const consumers = [aConsumer({ name: 'Retry worker', cacheMs: minuteMs })]
  assert.equal(printed(consumers), golden)
})

test('no name can break a table, make a link or become an element', () => {
  const consumers = [aConsumer({ name: hostile, lanes: [hostile], owner: { id: 'x', name: hostile } })]
  const credential = aCredential({ name: hostile, target: hostile, lanes: [hostile] })
  for (const text of [printed(consumers, { credential }), runbook(consumers, { credential })]) {
    assert.doesNotMatch(text, /<img|(?<!\\)`|(?<!\\)\]|https:\/\/|\u202e/)
    for (const row of text.split('\n').filter(line => line.startsWith('|'))) {
      const bars = (line: string) => line.match(/(?<!\\)\|/g)?.length ?? 0
      assert.ok([3, 5, 7].includes(bars(row)), row)
    }
  }
})

test('plain text stays readable', () => {
  assert.equal(plain('Retry worker (EU-1), 15 min'), 'Retry worker (EU-1), 15 min')
  assert.equal(plain('- item'), '\\- item')
  assert.equal(plain('1. item'), '1\\. item')
  assert.equal(plain('a\r\nb'), 'a b')
})

test('what is missing is a list to tick off, and an override names who and why', () => {
  const consumers = [aConsumer({ observability: 'none', owner: null })]
  const overrides = [{ code: 'consumer-unobservable', by: 'ann', reason: 'I watch it' }]
  const text = printed(consumers, { overrides })
  assert.match(text, /- \[ \] \*\*consumer-owner-missing\*\*: web has no owner/)
  assert.match(text, /- \[x\] \*\*consumer-unobservable\*\*: overridden by ann: I watch it/)
})

test('the runbook has a part for each step of the course, with proof, way back and who decides', () => {
  const consumers = [aConsumer(), aConsumer({ id: 'app', reload: { how: 'restart', documented: true } })]
  const text = runbook(consumers)
  const steps = made(consumers).course.length
  for (const label of ['- Do: ', '- Proves: ', '- Way back: ', '- Decides: ']) {
    assert.equal(text.split(label).length - 1, steps)
  }
})

test('the way back follows from what has been done: destroy, reassign, enable, then none', () => {
  const ways = runbook([aConsumer()])
    .split('\n')
    .filter(line => line.startsWith('- Way back: '))
    .map(line => line.slice(12))
  assert.match(ways[0]!, /^nobody has moved/)
  assert.ok(ways.some(way => way.startsWith('assign the old version again')))
  assert.ok(ways.some(way => way.startsWith('enable the old version')))
  assert.match(ways.at(-1)!, /^no old version to go back to/)
})

test('a step that the target leaves to a person says so', () => {
  const text = runbook([aConsumer()], { abilities: someAbilities({ byHand: ['disable'] }) })
  assert.match(text, /by hand, with the form:\*\* Disable it/)
})

test('a runbook of a plan with gaps says first that it cannot start', () => {
  assert.match(runbook([]), /It cannot start yet/)
  assert.doesNotMatch(runbook([aConsumer()]), /It cannot start yet/)
})

test('neither the first version nor a kill promises a way back to an old version', () => {
  for (const over of [{ firstVersion: true }, { order: 'revoke-first' as const }]) {
    assert.doesNotMatch(runbook([aConsumer()], over), /assign the old|enable the old/)
  }
})

const golden = `# Rotation plan: Document API key

|  |  |
| --- | --- |
| Credential | Document API key (llm-key) |
| Target | document-api, production |
| Owner | Platform team |
| Sensitivity | normal |
| Model | dual |
| Order | prove first, then retire |
| Begins | 2025-03-01 12:00 UTC |
| Lanes to prove | any real work |
| Work in flight | may finish on the version it began with |
| Way back | assign the old version again, to one consumer or to all |
| On a hard failure | stop and contain |
| Decides on retirement | policy, once every gate is open (owner: Platform team) |

## Why this way

- Planned at 2025-03-01T12:00:00.000Z, because its time has come.
- The one consumer takes a new value up within minutes: one move, with both versions valid until it is proved.

## Still missing

Nothing.

## Waves

| Wave | Who | Stands without harm for | Why |
| --- | --- | --- | --- |
| 1 all | Retry worker | 15 min | All move together. |

## What each consumer owes

| Consumer | Owner | Path | Proof owed | Silent on the old version for | Last exercised |
| --- | --- | --- | --- | --- | --- |
| Retry worker | Apps team | background | a fresh success (any lane); a live instance | 15 min | 2025-02-28 12:00 UTC |

## Windows

| Window | Length |
| --- | --- |
| Both versions valid | 30 min |
| Alarm to the owner after minting | 45 min, at 2025-03-01 12:45 UTC at the latest |
| Observation before the decision | 15 min |
| Watch after disabling | 15 min |
| Evidence is fresh for | 1 h |
| Authentication errors compared over | 15 min |
`
