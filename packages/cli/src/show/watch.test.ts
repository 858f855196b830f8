import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Answers, problem, type, withPlane } from '../fixture-plane.ts'
import * as values from '../fixture-values.ts'
import { changesOf, differences } from './changes.ts'

const id = values.rotationId
const { rotation } = values
type Rotation = typeof rotation

/** One state after the other, and then the last one for ever. */
const inTurn =
  (...states: object[]) =>
  () => ({ value: states.length > 1 ? states.shift()! : states[0]! })

const watching = (rotations: () => { value: object }, more: Answers = {}): Answers => ({
  [`GET /rotations/${id}`]: rotations,
  [`GET /rotations/${id}/ledger`]: { ...values.ledger, rows: [] },
  [`GET /rotations/${id}/gates`]: values.gates,
  ...more,
})

describe('--watch', () => {
  const moved: Rotation = { ...rotation, phase: 'contained', heldBecause: 'it went wrong' }

  test('piped, says first what is there, and then each change on a line', () =>
    withPlane({ [`GET /rotations/${id}`]: inTurn(rotation, rotation, moved) }, async plane => {
      const { code, out } = await type(['rotation', 'show', id, '--watch', '--utc'], { plane, pauses: 4 })
      assert.equal(code, 130)
      const [first, ...changes] = out.split('2026-03-01 12:00 UTC  ~ ')
      assert.match(first!, /^orders-db {2}v3 → v4 {2}running/)
      assert.deepEqual(
        changes.map(one => one.trimEnd()),
        ['phase running → contained', 'heldBecause null → "it went wrong"'],
      )
    }))

  test('with --json gives the whole answer on a line, and another line only when it is another one', () =>
    withPlane(
      {
        [`GET /rotations/${id}/ledger`]: inTurn(
          { ...values.ledger, nowMs: 1 },
          { ...values.ledger, nowMs: 2 },
          { ...values.ledger, ghosts: 7 },
        ),
      },
      async plane => {
        const { out } = await type(['rotation', 'ledger', id, '--watch', '--json'], { plane, pauses: 5 })
        const lines = out
          .trimEnd()
          .split('\n')
          .map(line => (JSON.parse(line) as { ghosts: number }).ghosts)
        assert.deepEqual(lines, [1, 7])
      },
    ))

  test('at a terminal draws in its place, and leaves what was last', () =>
    withPlane({ [`GET /rotations/${id}`]: inTurn(rotation, moved) }, async plane => {
      const { out } = await type(['rotation', 'show', id, '--watch'], { plane, terminal: true, pauses: 3 })
      assert.ok(out.startsWith('\x1b[?1049h\x1b[?25l\x1b[H'))
      const end = out.indexOf('\x1b[?25h\x1b[?1049l')
      assert.match(out.slice(end), /v3 → v4 {2}contained/)
      assert.equal(out.split('\x1b[H').length - 1, 2)
    }))

  test('goes on through an outage, of which it says once that it is there, and once that it is over', () => {
    const said = [
      { value: rotation },
      problem(503, 'unavailable'),
      problem(503, 'unavailable'),
      { value: moved },
    ]
    return withPlane(
      { [`GET /rotations/${id}`]: () => (said.length > 1 ? said.shift()! : said[0]!) },
      async plane => {
        const { err, out } = await type(['rotation', 'show', id, '--watch'], { plane, pauses: 5 })
        assert.equal(err.split('It is tried again').length - 1, 1)
        assert.equal(err.split('is back').length - 1, 1)
        assert.match(out, /phase running → contained/)
      },
    )
  })

  test('ends at once where there is nothing to watch, or nobody may look', () =>
    withPlane({}, async plane => {
      assert.equal((await type(['rotation', 'show', id, '--watch'], { plane, pauses: 3 })).code, 1)
    }))
})

describe('rekey rotation watch', () => {
  const ended = (ending: string): object => ({ ...rotation, phase: 'ended', ending, step: null })
  const cases: [string, object, number][] = [
    ['completed', ended('completed'), 0],
    ['given up', ended('aborted'), 1],
    ['rolled back', ended('rolled-back'), 1],
    ['stuck', { ...rotation, phase: 'stuck' }, 4],
    ['held', { ...rotation, phase: 'held' }, 4],
    [
      'planned with a gap',
      {
        ...rotation,
        phase: 'planned',
        plan: { ...rotation.plan, gaps: [{ code: 'x', text: 'x', how: 'x', overridable: false }] },
      },
      4,
    ],
    [
      'at a step for hands',
      {
        ...rotation,
        step: {
          ...rotation.step!,
          do: 'mint',
          waitsFor: 'a person to mint it by hand, until 2026-03-02T12:00:00.000Z',
        },
      },
      4,
    ],
  ]
  for (const [what, state, code] of cases) {
    test(`ends with ${code} when it is ${what}`, () =>
      withPlane(watching(inTurn(rotation, state)), async plane => {
        const typed = await type(['rotation', 'watch', id], { plane, pauses: 9 })
        assert.equal(typed.code, code, typed.err)
        if (code === 4) assert.match(typed.err, /It waits for|rekey rotation show/)
      }))
  }

  test('waits for a person when nothing but their decision is missing, and not while gates refuse', async () => {
    const onlyDecision = {
      ...values.gates,
      gates: values.gates.gates.map(one =>
        one.gate === 'decision' ? one : { ...one, open: true, missing: [] },
      ),
    }
    const { notBeforeMs } = rotation.step!
    const observed = (nowMs: number) =>
      watching(inTurn(rotation), {
        [`GET /rotations/${id}/gates`]: onlyDecision,
        [`GET /rotations/${id}/ledger`]: { ...values.ledger, rows: [], nowMs },
      })
    await withPlane(observed(notBeforeMs!), async plane => {
      const typed = await type(['rotation', 'watch', id], { plane, pauses: 9, terminal: true })
      assert.equal(typed.code, 4)
      assert.match(typed.err, /next: rekey rotation retire/)
    })
    await withPlane(observed(notBeforeMs! - 1), async plane => {
      const typed = await type(['rotation', 'watch', id], { plane, pauses: 3 })
      assert.equal(typed.code, 130, 'while it is observed nobody can decide')
    })
    await withPlane(watching(inTurn(rotation)), async plane => {
      assert.equal((await type(['rotation', 'watch', id], { plane, pauses: 3 })).code, 130)
    })
  })

  test('goes on with --through, and gives up with 124 after --within', () =>
    withPlane(watching(inTurn({ ...rotation, phase: 'held' })), async plane => {
      const { code, err } = await type(['rotation', 'watch', id, '--through', '--within', '3s'], { plane })
      assert.equal(code, 124)
      assert.match(err, /not over within 3 s/)
    }))
})

describe('rekey event list --follow', () => {
  test('tells of each event once, across an outage, with the newest last', () => {
    const [one, two] = values.history.items
    const pages = [
      { value: { items: [one], position: 10, more: false } },
      problem(503, 'unavailable'),
      { value: { items: [{ ...one!, position: 11, type: 'gateOverridden' }], position: 11, more: false } },
    ]
    const none = { value: { items: [], position: 11, more: false } }
    let asked = 0
    return withPlane(
      {
        'GET /history': { ...values.history, items: [two], last: 9, more: false },
        'GET /events': () => pages[asked++] ?? (asked > 6 ? 'hang' : none),
      },
      async plane => {
        const typed = type(['event', 'list', '--follow', '--json', '--timeout', '1s'], { plane, pauses: 2 })
        while (asked < 5) await new Promise(resolve => setTimeout(resolve, 5))
        await plane.stop()
        const { out } = await typed
        const types = out
          .trimEnd()
          .split('\n')
          .map(line => (JSON.parse(line) as { type: string }).type)
        assert.deepEqual(types, ['valueRevealed', 'waveMoved', 'gateOverridden'])
        assert.deepEqual(
          plane.lines
            .filter(line => line.startsWith('GET /events'))
            .slice(0, 3)
            .map(line => /after=(\d+)/.exec(line)![1]),
          ['9', '10', '10'],
        )
      },
    )
  })
})

describe('what differs', () => {
  test('is named by the way to it; lists of things with names are compared by them', () => {
    const before = {
      items: [
        { id: 'a', state: 'open' },
        { id: 'b', state: 'open' },
      ],
      next: null,
    }
    const now = {
      items: [
        { id: 'b', state: 'done' },
        { id: 'c', state: 'open' },
      ],
      next: null,
    }
    assert.deepEqual(changesOf(before, now), [
      '- a',
      '~ b.state open → done',
      '+ c {"id":"c","state":"open"}',
    ])
    assert.deepEqual(differences({ lanes: ['a', 'b'] }, { lanes: ['b', 'a'] }), [
      { is: 'changed', path: 'lanes', before: ['a', 'b'], now: ['b', 'a'] },
    ])
    assert.deepEqual(changesOf({ nowMs: 1, position: 2 }, { nowMs: 2, position: 3 }), [])
  })
})
