import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { maybeAccepted, type Version, type VersionState, versionInto } from './credential.ts'

const version = (state: VersionState): Version => ({
  credential: 'cred-doc',
  number: 8,
  state,
  handle: null,
  fingerprint: null,
  issuedAtMs: null,
  endedAtMs: null,
  compromised: false,
  operation: 'op-1',
})

const legal: Record<VersionState, VersionState[]> = {
  intended: ['pre-active', 'void'],
  'pre-active': ['active', 'suspended', 'destroyed', 'void'],
  active: ['suspended', 'destroyed'],
  suspended: ['active', 'destroyed'],
  destroyed: ['dead'],
  dead: [],
  void: [],
}
const states = Object.keys(legal) as VersionState[]

describe('the life of a version', () => {
  for (const from of states) {
    test(`from ${from} it goes to ${legal[from].join(', ') || 'nowhere'}, and every other step is a bug`, () => {
      for (const to of states) {
        if (legal[from].includes(to)) assert.equal(versionInto(version(from), to, 1).state, to)
        else if (to !== from)
          assert.throws(() => versionInto(version(from), to, 1), new RegExp(`${from} to ${to}`))
      }
    })
  }

  test('it does not change where it is already', () => {
    const active = version('active')
    assert.equal(versionInto(active, 'active', 1), active)
  })

  test('it is issued when it comes to be, and ends once, at the first end', () => {
    const issued = versionInto(version('intended'), 'pre-active', 5)
    assert.deepEqual([issued.issuedAtMs, issued.endedAtMs], [5, null])
    const destroyed = versionInto(versionInto(issued, 'active', 6), 'destroyed', 7)
    assert.deepEqual([destroyed.issuedAtMs, destroyed.endedAtMs], [5, 7])
    assert.equal(versionInto(destroyed, 'dead', 9).endedAtMs, 7)
    assert.equal(versionInto(version('intended'), 'void', 4).endedAtMs, 4)
  })

  test('until it is proved dead it may be accepted, whatever the target says', () => {
    assert.deepEqual(
      states.filter(state => !maybeAccepted(version(state))),
      ['dead', 'void'],
    )
  })
})
