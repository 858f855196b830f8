import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Consumer } from '../consumer.ts'
import { aConsumer, someAbilities } from '../fixtures.ts'
import { dayMs, hourMs, minuteMs } from '../time.ts'
import { chooseModel } from './model.ts'

const two = someAbilities()
const one = someAbilities({ maxLive: 1 })
const codes = (list: readonly { code: string }[]) => list.map(item => item.code)
const several = (count: number, over: Partial<Consumer> = {}) =>
  Array.from({ length: count }, (_, at) => aConsumer({ id: `c${at}`, ...over }))
const restarted = aConsumer({ id: 'old-app', reload: { how: 'restart', documented: true } })

test('a target that holds one version leaves only the atomic model', () => {
  const choice = chooseModel(several(2), one)
  assert.equal(choice.model, 'atomic')
  assert.deepEqual(codes(choice.gaps), [])
  assert.ok(codes(choice.reasons).includes('atomic-doubt'))
})

test('where everyone follows the alias and is quick, the alias is moved', () => {
  assert.equal(chooseModel(several(40, { follows: 'alias' }), two).model, 'alias')
  assert.notEqual(chooseModel([...several(2, { follows: 'alias' }), aConsumer()], two).model, 'alias')
})

test('few quick and uniform consumers move together with both versions valid', () => {
  assert.equal(chooseModel(several(3), two).model, 'dual')
  assert.equal(chooseModel(several(3, { reload: { how: 'ttl', ttlMs: 5 * minuteMs } }), two).model, 'dual')
})

test('waves are recommended, with the reason, for all that one move cannot answer for', () => {
  const cases: [string, Consumer[]][] = [
    ['mixed-speeds', [aConsumer(), restarted]],
    ['needs-somebody', [restarted]],
    ['slow', [aConsumer({ reload: { how: 'ttl', ttlMs: hourMs } })]],
    ['rare-paths', [aConsumer({ pathClass: 'exception' })]],
    ['long-sessions', [aConsumer({ sessionMs: 8 * hourMs })]],
    ['critical', [aConsumer({ critical: true })]],
    ['many', several(6)],
  ]
  for (const [code, consumers] of cases) {
    const choice = chooseModel(consumers, two)
    assert.equal(choice.model, 'waves', code)
    assert.ok(codes(choice.reasons).includes(code), code)
  }
})

test('a safe wish is honoured, and it is recorded that another model was recommended', () => {
  const choice = chooseModel([aConsumer(), restarted], two, 'dual')
  assert.equal(choice.model, 'dual')
  assert.deepEqual(choice.gaps, [])
  assert.ok(codes(choice.reasons).includes('wish-differs'))
})

test('a wish that the target cannot grant is refused, and not to be overridden', () => {
  const choice = chooseModel([aConsumer()], one, 'waves')
  assert.equal(choice.model, 'atomic')
  const gap = choice.gaps.find(gap => gap.code === 'wish-refused')
  assert.equal(gap?.overridable, false)
})

test('the alias is refused where somebody does not follow it', () => {
  const choice = chooseModel(
    [aConsumer({ follows: 'alias' }), aConsumer({ id: 'deaf', name: 'Deaf job' })],
    two,
    'alias',
  )
  assert.equal(choice.model, 'dual')
  assert.match(choice.gaps[0]?.text ?? '', /Deaf job does not follow/)
})

test('an atomic move is unsafe where speeds are mixed, somebody must restart, or cutting off hurts', () => {
  const unsafe: Consumer[][] = [
    [aConsumer(), restarted],
    [restarted],
    [aConsumer({ reload: { how: 'unknown' } })],
    [aConsumer({ reload: { how: 'ttl', ttlMs: hourMs } })],
    [aConsumer({ sessionMs: 3 * dayMs })],
    [aConsumer({ retriesReuseContext: true, horizonMs: hourMs })],
  ]
  for (const consumers of unsafe) {
    for (const [abilities, wish] of [
      [one, undefined],
      [two, 'atomic'],
    ] as const) {
      const choice = chooseModel(consumers, abilities, wish)
      assert.equal(choice.model, 'atomic')
      assert.deepEqual(codes(choice.gaps), ['atomic-unsafe'])
      assert.equal(choice.gaps[0]!.overridable, true)
    }
  }
})

test('a session that can checkpoint is not hurt by an atomic move', () => {
  assert.deepEqual(chooseModel([aConsumer({ sessionMs: 3 * dayMs, checkpoints: true })], one).gaps, [])
})
