import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { secondMs } from '@rekey/core'
import { until } from '../http/fixtures.ts'
import { doors, idsOf, note, numbersIn, push, receiver, types, viewOf } from '../intake/fixtures.ts'
import type { Delivery } from './batch.ts'

describe('a control plane that', () => {
  test('starts again sends exactly what is missing', async t => {
    const d = await doors(t)
    const { url, heard } = await receiver(t)
    await d.webhook('hook', { url, types })
    const first = push(t, d)
    await note(d, 1)
    await until(
      () => viewOf(d),
      ({ position }) => position === d.plane.feed.position(),
    )
    await first.stop()
    for (const n of [2, 3]) await note(d, n)
    push(t, d)
    await until(
      () => numbersIn(heard),
      numbers => numbers.length === 3,
    )
    await note(d, 4)
    await until(
      () => numbersIn(heard),
      numbers => numbers.length === 4,
    )
    assert.deepEqual(numbersIn(heard), [1, 2, 3, 4])
  })

  test('died in the middle of an attempt sends the same message again, without what came since', async t => {
    const d = await doors(t)
    let isSilent = true
    const { url, heard } = await receiver(t, (_, response) => void (isSilent ? undefined : response.end()))
    await d.webhook('hook', { url, types })
    const first = push(t, d)
    await note(d, 1)
    await until(
      () => heard.length,
      times => times === 1,
    )
    await first.stop()
    const { sending, failing } = (await d.plane.keep.get('delivery', 'hook')) as Delivery
    assert.deepEqual([typeof sending, failing], ['number', null], 'to be stopped is no failure of theirs')
    isSilent = false
    await note(d, 2)
    push(t, d)
    await until(
      () => numbersIn(heard),
      numbers => numbers.includes(2),
    )
    assert.deepEqual(numbersIn(heard), [1, 1, 2])
    assert.equal(idsOf(heard)[1], idsOf(heard)[0])
    assert.deepEqual(heard[1]?.body, heard[0]?.body)
  })

  test('is one of two sends nothing that the other sends', async t => {
    const d = await doors(t)
    const { url, heard } = await receiver(t, (_, response) => void setTimeout(() => response.end(), 3))
    await d.webhook('hook', { url, types })
    push(t, d)
    const { plane } = d
    push(t, { ...d, plane: { ...plane, ground: { ...plane.ground, holder: 'another' } } })
    for (let n = 1; n <= 40; n++) {
      await note(d, n)
      if (n % 10 === 0) d.b.clock.nowMs += 6 * secondMs
    }
    await until(
      () => {
        d.b.clock.nowMs += secondMs
        return numbersIn(heard).length
      },
      told => told >= 40,
    )
    assert.deepEqual(
      numbersIn(heard),
      Array.from({ length: 40 }, (_, at) => at + 1),
    )
    assert.deepEqual(d.b.trouble, [])
  })

  test('looked before the other sent, and claims after it, sends nothing of what it saw', async t => {
    const d = await doors(t)
    const { url, heard } = await receiver(t)
    await d.webhook('hook', { url, types })
    await note(d, 1)
    const { plane } = d
    const { store } = plane.ground
    let isFirst = true
    const claimOne: typeof store.claimOne = async (...asked) => {
      if (isFirst) {
        isFirst = false
        const other = push(t, d)
        await until(
          () => viewOf(d),
          ({ position }) => position === plane.feed.position(),
        )
        await other.stop()
        await note(d, 2)
      }
      return store.claimOne(...asked)
    }
    push(t, {
      ...d,
      plane: { ...plane, ground: { ...plane.ground, holder: 'late', store: { ...store, claimOne } } },
    })
    await until(
      () => numbersIn(heard),
      numbers => numbers.includes(2),
    )
    assert.deepEqual(numbersIn(heard), [1, 2])
  })

  test('waits for a person after a restore sends nothing', async t => {
    const d = await doors(t)
    const { url, heard } = await receiver(t)
    await d.webhook('hook', { url, types })
    await d.b.store.setMeta('fenced', 'restored')
    push(t, d)
    await note(d, 1)
    await new Promise(resolve => setTimeout(resolve, 30))
    assert.deepEqual(heard, [])
    await d.b.store.setMeta('fenced', null)
    d.b.clock.nowMs += 6 * secondMs
    await until(
      () => numbersIn(heard),
      numbers => numbers.length === 1,
    )
  })
})
