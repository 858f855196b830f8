import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Credential, dayMs, minuteMs } from '@rekey/core'
import { aCredential, fixtureNowMs as nowMs } from '@rekey/core/fixtures'
import type { CredentialRow } from '@rekey/store'
import { daysOf, deadlineOf, ghostsOf } from './of-credential.ts'

const rowOf = (record: Partial<Credential>, more: Partial<CredentialRow> = {}): CredentialRow => ({
  id: 'cred-doc',
  record: aCredential(record),
  currentVersion: 1,
  lastVersion: 1,
  openRotation: null,
  nextRotationMs: null,
  lastRotationMs: null,
  lastRollbackMs: null,
  seq: 1,
  ...more,
})
const issued = (issuedAtMs: number | null) => ({
  credential: 'cred-doc',
  number: 1,
  state: 'active' as const,
  handle: null,
  fingerprint: null,
  issuedAtMs,
  endedAtMs: null,
  compromised: false,
  operation: 'o',
})
const deadline = (row: CredentialRow, ageMs: number | null) => {
  const version = ageMs === null ? null : issued(nowMs - ageMs)
  return deadlineOf({ row, version, days: daysOf(row, version), nowMs })
}

describe('a credential', () => {
  test('within its time needs nobody, nor does one that was never issued', () => {
    assert.equal(deadline(rowOf({}), 29 * dayMs), null)
    assert.equal(deadline(rowOf({}), null), null)
  })

  test('that is overdue says since when, and that a rotation can be opened', () => {
    const item = deadline(rowOf({}), 31 * dayMs)!
    assert.deepEqual([item.urgency, item.title, item.untilMs], ['today', 'It is overdue', nowMs - dayMs])
    assert.match(item.because, /^It was due 1 d ago, and no rotation/)
    assert.deepEqual([item.action.do, item.action.needs], ['open-rotation', 'operate'])
    assert.deepEqual(
      [item.credential, item.name, item.environment],
      ['cred-doc', 'Document API key', 'production'],
    )
  })

  test('whose alarm rings is soon, whose life is over is now', () => {
    const certificate = rowOf({ kind: 'certificate', lifeMs: 90 * dayMs, policy: { everyMs: 80 * dayMs } })
    assert.equal(deadline(certificate, 75 * dayMs), null)
    const ringing = deadline(certificate, 77 * dayMs)!
    assert.deepEqual([ringing.urgency, ringing.title], ['soon', 'Its life is nearly over'])
    assert.match(ringing.because, /^Only 13 d of its life are left/)
    const dead = deadline(certificate, 91 * dayMs)!
    assert.deepEqual([dead.urgency, dead.title], ['now', 'Its life is over'])
  })

  test('whose rotation should have begun by itself and has not, says so', () => {
    const at = (ms: number) => rowOf({}, { nextRotationMs: nowMs - ms })
    assert.equal(deadline(at(14 * minuteMs), 5 * dayMs), null)
    const late = deadline(at(60 * minuteMs), 5 * dayMs)!
    assert.deepEqual([late.urgency, late.title], ['today', 'Its rotation has not begun'])
    assert.match(late.because, /should have begun 1 h ago/)
  })

  test('is spoken for by its rotation while one is open', () => {
    assert.equal(deadline(rowOf({}, { openRotation: 'r' }), 31 * dayMs), null)
  })

  test('has one item for all whom nobody registered, and says that they stand in the way of a rotation', () => {
    const ghosts = { credential: 'cred-doc', count: 1, firstMs: 1, lastMs: 2, ghost: 'g-1', seenAs: 'cron-7' }
    const one = ghostsOf(rowOf({}), ghosts)
    assert.deepEqual([one.subject, one.urgency, one.sinceMs], ['g-1', 'soon', 1])
    assert.equal(one.because, 'cron-7 used it and is not registered.')
    const many = ghostsOf(rowOf({}, { openRotation: 'r' }), { ...ghosts, count: 3 })
    assert.deepEqual([many.subject, many.urgency, many.rotation, many.id], [null, 'today', 'r', one.id])
    assert.match(many.because, /^3 users, one of them cron-7, used it and are not registered\. Until /)
  })
})
