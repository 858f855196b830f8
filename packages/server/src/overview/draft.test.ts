import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { personAs } from '../api/fixtures.ts'
import { aboutNothing, byUrgency, type Draft, draft, named, shown } from './draft.ts'

const one = (id: string, more: Partial<Draft> = {}): Draft =>
  draft(
    { ...aboutNothing, environment: 'production' },
    {
      id,
      kind: 'ghost',
      urgency: 'today',
      title: id,
      because: 'a test says so',
      action: { do: 'claim-ghost', text: 'Say who it is', needs: 'operate' },
      ...more,
    },
  )
const idsFor = (drafts: Draft[], ...asked: [Parameters<typeof shown>[1], string?]) =>
  shown(drafts, asked[0], asked[1], 9).items.map(({ id }) => id)

describe('what needs a person', () => {
  test('comes by urgency, then by kind, then by what is over first', () => {
    const drafts = [
      one('soon', { urgency: 'soon', kind: 'fence' }),
      one('never'),
      one('later', { untilMs: 9 }),
      one('sooner', { untilMs: 3 }),
      one('kind', { kind: 'rotation-stuck', untilMs: 99 }),
      one('now', { urgency: 'now', kind: 'deadline' }),
    ]
    const sorted = drafts.sort(byUrgency).map(({ id }) => id)
    assert.deepEqual(sorted, ['now', 'kind', 'sooner', 'later', 'never', 'soon'])
  })

  test('is shown to whoever may read there, and what concerns everybody to everybody', () => {
    const drafts = [
      one('here'),
      { ...one('there'), environment: 'staging' },
      { ...one('everywhere'), environment: null },
      { ...one('fence', { forAll: true }), environment: null },
    ]
    assert.deepEqual(idsFor(drafts, personAs('a', 'viewer', 'staging')), ['there', 'fence'])
    assert.deepEqual(idsFor(drafts, personAs('a', 'viewer')), ['here', 'there', 'everywhere', 'fence'])
    assert.deepEqual(idsFor(drafts, personAs('a', 'viewer'), 'staging'), ['there', 'everywhere', 'fence'])
    assert.deepEqual(idsFor(drafts, { is: 'agent', id: 'x', key: 'k', bindings: [] }), ['fence'])
  })

  test('says whether whoever asks may do what it takes, there', () => {
    const { items } = shown([one('a')], personAs('a', 'viewer', 'production'), undefined, 9)
    assert.equal(items[0]?.action.may, false)
    const operator = shown([one('a')], personAs('a', 'operator', 'production'), undefined, 9)
    assert.equal(operator.items[0]?.action.may, true)
    assert.ok(!('notFor' in operator.items[0]!) && !('forAll' in operator.items[0]!))
  })

  test('is not shown to whoever has had their say in it', () => {
    const drafts = [one('a', { notFor: ['eve'] })]
    assert.deepEqual(idsFor(drafts, personAs('eve', 'admin')), [])
    assert.deepEqual(idsFor(drafts, personAs('bob', 'admin')), ['a'])
  })

  test('is left off where there is more than anybody reads, and counted', () => {
    const drafts = [one('a'), one('b', { notFor: ['eve'] }), one('c'), one('d')]
    const { items, more } = shown(drafts, personAs('eve', 'admin'), undefined, 2)
    assert.deepEqual([items.map(({ id }) => id), more], [['a', 'c'], 1])
  })
})

test('many names are cut short, and it is said by how many', () => {
  assert.equal(named([]), '')
  assert.equal(named(['a']), 'a')
  assert.equal(named(['a', 'b', 'c']), 'a, b and c')
  assert.equal(named(['a', 'b', 'c', 'd', 'e', 'f', 'g']), 'a, b, c, d, e and 2 more')
})
