// What due times and leases promise.
import assert from 'node:assert/strict'
import type { Store, Write } from '../contract.ts'
import { claimBy, commitOf, committed, minuteMs, nowMs, type Rule } from './setting.ts'

const put = (subject: string, atMs: number | null): Write => ({ put: 'due', subject, atMs })
const subjects = (claimed: readonly { subject: string }[]) => claimed.map(({ subject }) => subject)
/** When it becomes due, found by claiming it late enough. */
const dueOf = async (store: Store, subject: string) => {
  const [found] = (await store.claim(claimBy('asker', nowMs + 1000 * minuteMs))).filter(
    one => one.subject === subject,
  )
  return found?.dueMs ?? null
}

export function dueRules(rule: Rule): void {
  rule('what is due is claimed oldest first, as many as asked for', async store => {
    await committed(
      store,
      commitOf(
        [],
        [
          put('c', nowMs - 1),
          put('a', nowMs - 5),
          put('b', nowMs - 3),
          put('later', nowMs + 1),
          put('never', null),
        ],
      ),
    )
    assert.deepEqual(subjects(await store.claim(claimBy('me', nowMs, 2))), ['a', 'b'])
    assert.deepEqual(subjects(await store.claim(claimBy('me'))), ['c'])
    assert.deepEqual(await store.claim(claimBy('me')), [])
    assert.deepEqual(await store.claim(claimBy('me', nowMs + 1, 0)), [])
    assert.deepEqual(subjects(await store.claim(claimBy('me', nowMs + 1))), ['later'])
  })

  rule('a lease is exclusive until it runs out, and each claim raises the token', async store => {
    await committed(store, commitOf([], [put('s', nowMs)]))
    const [mine] = await store.claim(claimBy('me'))
    assert.deepEqual(mine, { subject: 's', holder: 'me', token: 1, dueMs: nowMs, untilMs: nowMs + minuteMs })
    assert.deepEqual(await store.claim(claimBy('you', nowMs + minuteMs - 1)), [])
    assert.equal(await store.claimOne('s', claimBy('you', nowMs + minuteMs - 1)), null)
    const [yours] = await store.claim(claimBy('you', nowMs + minuteMs))
    assert.equal(yours?.token, 2)
    assert.equal((await store.claimOne('s', claimBy('you', nowMs + minuteMs)))?.token, 3)
  })

  rule('one subject can be claimed although it is not due, or not known yet', async store => {
    await committed(store, commitOf([], [put('s', nowMs + minuteMs)]))
    assert.equal((await store.claimOne('s', claimBy('me')))?.dueMs, nowMs + minuteMs)
    assert.deepEqual(await store.claimOne('new', claimBy('me')), {
      subject: 'new',
      holder: 'me',
      token: 1,
      dueMs: nowMs,
      untilMs: nowMs + minuteMs,
    })
    assert.deepEqual(subjects(await store.claim(claimBy('you', nowMs + 5 * minuteMs))), ['s'])
  })

  rule('a lease is prolonged and given back only by its holder with its token', async store => {
    await committed(store, commitOf([], [put('s', nowMs)]))
    const [mine] = await store.claim(claimBy('me'))
    assert.ok(mine)
    assert.equal(await store.renew(mine, nowMs + 3 * minuteMs), true)
    assert.deepEqual(await store.claim(claimBy('you', nowMs + 2 * minuteMs)), [])
    const stale = { ...mine, token: mine.token - 1 }
    assert.deepEqual([await store.renew(stale, nowMs), await store.release(stale)], [false, false])
    assert.deepEqual([await store.release(mine), await store.release(mine)], [true, false])
    assert.equal(await store.renew(mine, nowMs + 9 * minuteMs), false)
    assert.equal((await store.claim(claimBy('you')))[0]?.token, 2)
  })

  rule('putting a due time changes nothing else: the lease stays', async store => {
    const mine = await store.claimOne('s', claimBy('me'))
    assert.ok(mine)
    await committed(store, commitOf([], [put('s', nowMs)], mine))
    assert.deepEqual(await store.claim(claimBy('you')), [])
    assert.equal(await store.renew(mine, nowMs + minuteMs), true)
    await store.release(mine)
    assert.deepEqual(subjects(await store.claim(claimBy('you'))), ['s'])
  })

  rule('a subject whose due time is null is claimed by nobody until it is woken', async store => {
    await committed(store, commitOf([], [put('s', nowMs)]))
    await committed(store, commitOf([], [put('s', null)]))
    assert.equal(await dueOf(store, 's'), null)
    await store.wake('s', nowMs + 7)
    assert.equal(await dueOf(store, 's'), nowMs + 7)
  })

  rule('waking only brings forward', async store => {
    await committed(store, commitOf([], [put('a', nowMs + 10), put('b', nowMs + 10)]))
    await store.wake('a', nowMs + 20)
    await store.wake('b', nowMs + 5)
    await store.wake('new', nowMs + 30)
    const claimed = await store.claim(claimBy('me', nowMs + minuteMs))
    assert.deepEqual(
      claimed.map(({ subject, dueMs }) => [subject, dueMs - nowMs]),
      [
        ['b', 5],
        ['a', 10],
        ['new', 30],
      ],
    )
  })

  rule('a wake that falls between a claim and its commit is not lost', async store => {
    await committed(store, commitOf([], [put('s', nowMs)]))
    const [mine] = await store.claim(claimBy('me'))
    assert.ok(mine)
    await store.wake('s', nowMs + 1_000)
    await committed(store, commitOf([], [put('s', nowMs + 60 * minuteMs)], mine))
    await store.release(mine)
    const [again] = await store.claim(claimBy('me', nowMs + 1_000))
    assert.equal(again?.dueMs, nowMs + 1_000)
    // It has been looked at: from now on the holder decides.
    await committed(store, commitOf([], [put('s', nowMs + 60 * minuteMs)], again))
    await store.release(again!)
    assert.deepEqual(await store.claim(claimBy('me', nowMs + 59 * minuteMs)), [])
  })
}
