import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnderway, stepOf } from '@rekey/core'
import type { Commit, Store } from '@rekey/store'
import { type Bench, bench, isEnded, lives, person } from '../fixtures.ts'
import { ask } from './commit.ts'
import { credentialSubject, rotationSubject } from './rows.ts'
import { run } from './run.ts'
import { tick } from './tick.ts'

/** What a kill writes down, as far as the runner sees it. */
async function compromise({ store, credential, clock }: Bench, rotation: string, ...killed: number[]) {
  const row = (await store.credential(credential))!
  const versions = await store.versions(credential)
  const atMs = clock.nowMs
  const events = killed.map((version, at) => ({
    type: 'versionKilled',
    atMs,
    by: 'person:alice',
    data: { version, kill: 'k', epoch: at + 1 },
  }))
  const committed = await store.commit({
    fence: null,
    appends: [{ stream: credentialSubject(credential), expected: row.seq, events }],
    writes: [
      ...versions
        .filter(one => killed.includes(one.number))
        .map(one => ({ put: 'version', row: { ...one, compromised: true } }) as const),
      { put: 'credential', row: { ...row, seq: row.seq + events.length } },
      { put: 'due', subject: rotationSubject(rotation), atMs: 0 },
    ],
  })
  assert.ok(committed.ok)
}

/** Something happens once, right before a commit of that kind. */
function before(b: Bench, isMeant: (commit: Commit) => boolean, happens: () => Promise<void>): Store {
  let isDone = false
  return new Proxy(b.store, {
    get(of, name) {
      if (name !== 'commit') return of[name as keyof Store]
      return async (commit: Commit) => {
        if (!isDone && isMeant(commit)) {
          isDone = true
          await happens()
        }
        return of.commit(commit)
      }
    },
  })
}

const moves = ({ appends }: Commit) =>
  appends.some(({ events }) => events.some(one => one.type === 'waveMoved'))
const assignedTo = async (b: Bench) => (await b.store.assignments(b.credential)).map(one => one.version)

test('nobody is moved to a version that is killed between the decision and its commit', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  b.ground.store = before(b, moves, () => compromise(b, rotation, 2))
  const ended = await b.until(rotation, isEnded)
  assert.ok(ended.phase === 'ended' && ended.ending === 'aborted')
  assert.deepEqual(await assignedTo(b), [1, 1])
  assert.deepEqual(lives(await b.store.versions(b.credential)), ['1 active', '2 dead'])
})

test('a rotation that is held looks at a kill at once, also where it comes while it is put to rest', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  await b.until(rotation, one => isUnderway(one) && stepOf(one).do === 'observe')
  assert.ok((await ask(b.ground, rotation, { do: 'hold', reason: 'freeze' }, person)).ok)
  const rests = ({ appends, writes }: Commit) =>
    writes.some(one => 'put' in one && one.put === 'due') && !appends.some(one => one.events.length > 0)
  b.ground.store = before(b, rests, () => compromise(b, rotation, 1))
  const { holder, limits } = b.ground
  const lease = { holder, nowMs: b.clock.nowMs, leaseMs: limits.leaseMs }
  const claim = await b.store.claimOne(rotationSubject(rotation), lease)
  await run(b.ground, rotation, claim!)
  assert.equal(b.world.versions.find(one => one.handle === 'v1')?.state, 'gone')
})

test('to hold a rotation does not put off the end of what was killed', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  await b.until(rotation, one => isUnderway(one) && stepOf(one).do === 'observe')
  await compromise(b, rotation, 1)
  assert.ok((await ask(b.ground, rotation, { do: 'hold', reason: 'freeze' }, person)).ok)
  await tick(b.ground)
  assert.equal(b.world.versions.find(one => one.handle === 'v1')?.state, 'gone')
})

test('what replaces a killed version is assigned to nobody before the target has accepted it', async () => {
  let refuses = false
  const b = await bench({
    wrap: provider => ({
      ...provider,
      probe: async (context, handle, secret) =>
        refuses ? 'unreachable' : provider.probe(context, handle, secret),
    }),
  })
  const { rotation } = await b.open()
  await b.until(rotation, one => isUnderway(one) && stepOf(one).do === 'observe')
  await compromise(b, rotation, 1, 2)
  const isMinted = async () => (await b.store.versions(b.credential)).length === 3
  for (let times = 0; times < 50 && !(await isMinted()); times++) {
    const state = await b.state(rotation)
    refuses = isUnderway(state) && stepOf(state).do === 'mint'
    b.ground.limits.steps = 1
    await tick(b.ground)
    b.clock.nowMs += 60_000
  }
  refuses = true
  b.ground.limits.steps = 5
  await tick(b.ground)
  assert.deepEqual(await assignedTo(b), [2, 2], 'they stay with what they had')
  refuses = false
  const ended = await b.until(rotation, isEnded)
  assert.ok(ended.phase === 'ended')
  assert.deepEqual(await assignedTo(b), [3, 3])
})

test('at a target that holds one version, all that were killed are dead once the newest is accepted', async () => {
  const b = await bench({ abilities: { maxLive: 1 } })
  const { rotation } = await b.open()
  await b.until(rotation, one => isUnderway(one) && one.lastMoveMs !== null)
  await compromise(b, rotation, 1, 2)
  const ended = await b.until(rotation, isEnded)
  assert.ok(ended.phase === 'ended' && ended.ending === 'completed')
  assert.deepEqual(lives(await b.store.versions(b.credential)), ['1 dead', '2 dead', '3 active'])
  assert.deepEqual(await assignedTo(b), [3, 3])
})

test('where it holds one version, what a killed one had replaced before is dead then too, killed or not', async () => {
  const b = await bench({ abilities: { maxLive: 1 } })
  const { rotation } = await b.open()
  await b.until(rotation, one => isUnderway(one) && one.lastMoveMs !== null)
  await compromise(b, rotation, 2)
  const ended = await b.until(rotation, isEnded)
  assert.ok(ended.phase === 'ended' && ended.ending === 'completed')
  assert.deepEqual(lives(await b.store.versions(b.credential)), ['1 dead', '2 dead', '3 active'])
})
