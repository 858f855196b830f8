import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  gates,
  isUnderway,
  minuteMs,
  mostTimes,
  type Rotation,
  refuse,
  type Source,
  stepOf,
} from '@rekey/core'
import { type Bench, bench, isEnded, lives } from '../fixtures.ts'
import { takeIn } from '../intake/intake.ts'
import { gather } from '../runner/gather.ts'
import { tick } from '../runner/tick.ts'
import { errorsAndUses, type MinutesQuery, minutesToObservations } from './minutes.ts'

const t0 = 1_700_000_040_000
type Values = Record<string, [atMs: number, value: string][][]>

/** A Prometheus that answers each query with its series. */
function asked(values: Values, more: Partial<MinutesQuery> = {}) {
  const forms: URLSearchParams[] = []
  const answer = async (_: unknown, init: RequestInit = {}) => {
    const form = init.body as URLSearchParams
    forms.push(form)
    const result = (values[form.get('query') ?? ''] ?? []).map(series => ({
      metric: {},
      values: series.map(([atMs, value]) => [atMs / 1_000, value]),
    }))
    return Response.json({ status: 'success', data: { resultType: 'matrix', result } })
  }
  const got = errorsAndUses({
    url: 'http://127.0.0.1',
    errorsQuery: 'errors',
    usesQuery: 'uses',
    fromMs: t0,
    toMs: t0 + 3 * minuteMs,
    signal: new AbortController().signal,
    fetch: answer as typeof fetch,
    ...more,
  })
  return { got, forms }
}

const end = (minute: number) => t0 + (minute + 1) * minuteMs

describe('uses and errors', () => {
  test('are asked for at the end of each whole minute between the two instants', async () => {
    const { got, forms } = asked({}, { fromMs: t0 + 1, toMs: t0 + 4 * minuteMs - 1 })
    assert.deepEqual(await got, { ok: true, minutes: [], faults: [] })
    for (const form of forms) {
      const range = ['start', 'end', 'step'].map(name => Number(form.get(name)))
      assert.deepEqual(range, [(t0 + 2 * minuteMs) / 1_000, (t0 + 3 * minuteMs) / 1_000, 60])
    }
    assert.deepEqual(forms.map(form => form.get('query')).sort(), ['errors', 'uses'])
  })

  test('of less than a minute are not asked for', async () => {
    const { got, forms } = asked({}, { fromMs: t0 + 1, toMs: t0 + 2 * minuteMs - 1 })
    assert.deepEqual([await got, forms], [{ ok: true, minutes: [], faults: [] }, []])
  })

  test('belong to the minute that ended then, summed over all series', async () => {
    const { got } = asked({
      uses: [
        [
          [end(0), '60'],
          [end(1), '0'],
        ],
        [[end(0), '40']],
      ],
      errors: [[[end(0), '5']]],
    })
    assert.deepEqual(await got, {
      ok: true,
      minutes: [
        { minuteMs: t0, uses: 100, authFailures: 5 },
        { minuteMs: t0 + minuteMs, uses: 0, authFailures: 0 },
      ],
      faults: [],
    })
  })

  test('are whole, and a part of a use is one', async () => {
    const { got } = asked({ uses: [[[end(0), '59.7']], [[end(1), '0.2']]] })
    const minutes = await got
    assert.ok(minutes.ok)
    assert.deepEqual(
      minutes.minutes.map(one => one.uses),
      [60, 1],
    )
  })

  test('that are no numbers, or negative, count as nothing and as a fault', async () => {
    const values = ['NaN', '-3', '+Inf'].map((value, minute): [number, string] => [end(minute), value])
    const { got } = asked({ uses: [values] })
    const minutes = await got
    assert.ok(minutes.ok)
    assert.deepEqual(
      minutes.minutes.map(one => one.uses),
      [0, 0, 0],
    )
    assert.deepEqual(minutes.faults, [
      { code: 'not-a-number', count: 2 },
      { code: 'negative', count: 1 },
    ])
  })

  test('never show more errors than uses: who was refused has tried', async () => {
    const { got } = asked({
      uses: [[[end(0), '2']]],
      errors: [
        [
          [end(0), '5'],
          [end(1), '1'],
        ],
      ],
    })
    assert.deepEqual(await got, {
      ok: true,
      minutes: [
        { minuteMs: t0, uses: 5, authFailures: 5 },
        { minuteMs: t0 + minuteMs, uses: 1, authFailures: 1 },
      ],
      faults: [{ code: 'more-errors-than-uses', count: 2 }],
    })
  })

  test('beyond all measure are cut to what the ledger takes', async () => {
    const { got } = asked({ uses: [[[end(0), '1e300']]] })
    const minutes = await got
    assert.ok(minutes.ok && minutes.minutes[0]?.uses === mostTimes)
    assert.deepEqual(minutes.faults, [{ code: 'too-many', count: 1 }])
  })

  test('are not told at all when one of the two queries fails', async () => {
    for (const broken of ['uses', 'errors']) {
      const { got } = asked(
        {},
        {
          fetch: (async (_: unknown, init: RequestInit = {}) =>
            (init.body as URLSearchParams).get('query') === broken
              ? new Response('no', { status: 500 })
              : Response.json({
                  status: 'success',
                  data: { resultType: 'matrix', result: [] },
                })) as typeof fetch,
        },
      )
      const minutes = await got
      assert.ok(!minutes.ok && minutes.code === 'refused')
    }
  })
})

const source: Source = {
  id: 'prom',
  kind: 'metrics',
  speaksFor: ['web'],
  lagMs: 0,
  complete: false,
  revoked: false,
}

test('minutes become sums of uses, within their minute, that the ledger takes; an idle minute says nothing', () => {
  const minutes = [
    { minuteMs: t0, uses: 100, authFailures: 5 },
    { minuteMs: t0 + minuteMs, uses: 0, authFailures: 0 },
    { minuteMs: t0 + 2 * minuteMs, uses: mostTimes, authFailures: mostTimes },
  ]
  const observations = minutesToObservations(minutes, 'db', 'web', 'prom')
  const whose = { credential: 'db', consumer: 'web', seenAs: null, instance: null, version: null }
  const sum = (uses: number, authFailures: number) => ({ says: 'counted', uses, authFailures })
  assert.deepEqual(observations, [
    { ...whose, statement: sum(100, 5), atMs: t0 + minuteMs - 1, source: 'prom' },
    { ...whose, statement: sum(mostTimes, mostTimes), atMs: t0 + 3 * minuteMs - 1, source: 'prom' },
  ])
  for (const one of observations) assert.equal(refuse(one, source, t0 + 3 * minuteMs), null)
})

describe('a rotation whose consumer is counted every minute', () => {
  /** A minute in which everyone worked, as the source counted it, and a tick. */
  async function minute({ ground, clock, credential, work }: Bench, authFailures: number): Promise<void> {
    const counted = [{ minuteMs: clock.nowMs, uses: 100, authFailures }]
    clock.nowMs += minuteMs
    const said = minutesToObservations(counted, credential, 'web', source.id)
    const { folded } = await takeIn(ground, source, `metrics/${clock.nowMs}`, said)
    assert.equal(folded, 1)
    await work()
    await tick(ground)
  }
  async function until(
    b: Bench,
    rotation: string,
    authFailures: number,
    isEnough: (state: Rotation) => boolean,
  ): Promise<Rotation> {
    for (let left = 360; left > 0; left--) {
      await minute(b, authFailures)
      const state = await b.state(rotation)
      if (isEnough(state)) return state
    }
    throw new Error('it is still not there after six hours')
  }
  const isObserving = (state: Rotation) => isUnderway(state) && stepOf(state).do === 'observe'
  /** Begins after a quarter of an hour in which one of a hundred was refused. */
  async function begun(): Promise<{ b: Bench; rotation: string }> {
    const b = await bench()
    for (let left = 15; left > 0; left--) await minute(b, 1)
    const { rotation } = await b.open()
    return { b, rotation }
  }

  test('ends: how many came is no use of another version', async () => {
    const { b, rotation } = await begun()
    const ended = await until(b, rotation, 1, isEnded)
    assert.ok(ended.phase === 'ended' && ended.ending === 'completed')
    assert.deepEqual(lives(await b.store.versions(b.credential)), ['1 dead', '2 active'])
    const { entries, ghosts } = await b.store.ledger(b.credential)
    assert.deepEqual([entries.map(one => one.unknownUseMs), ghosts], [[null, null], []])
    assert.deepEqual(b.trouble, [])
  })

  test('waits while more of them are refused than before, for nothing but that, and ends when it is over', async () => {
    const { b, rotation } = await begun()
    await until(b, rotation, 1, isObserving)
    for (let left = 120; left > 0; left--) await minute(b, 30)
    const gathered = await gather(b.ground, rotation)
    assert.ok(gathered?.ledger != null && isUnderway(gathered.state) && isObserving(gathered.state))
    const shut = gates(gathered.state, gathered.ledger, 'retire', b.clock.nowMs).filter(one => !one.open)
    assert.deepEqual(
      shut.map(({ gate, missing }) => [gate, missing.map(one => one.what)]),
      [['authErrors', ['errors-rose']]],
    )
    assert.deepEqual(lives(await b.store.versions(b.credential)), ['1 active', '2 active'])
    const ended = await until(b, rotation, 1, isEnded)
    assert.ok(ended.phase === 'ended' && ended.ending === 'completed')
  })
})
