import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hourMs, isUnderway, next, type Rotation, Secret, stepOf } from '@rekey/core'
import { manual } from '@rekey/providers/all'
import { allEvents, bench, firstValue, isEnded, lives, person } from '../fixtures.ts'
import { type HandedIn, handIn, handStep } from './hand-in.ts'

const settings = { console: 'the desk', prefix: 'crm', canDisable: true, hours: 4 }
const value = 'typed-in-by-hand-must-never-show'

async function begun() {
  const b = await bench({ credential: { settings }, provider: manual })
  const { rotation } = await b.open()
  await b.until(rotation, waits)
  return { b, rotation }
}

/** A person is waited for. */
const waits = (state: Rotation) => isUnderway(state) && next(state, 0).do === 'resolve'

/** What the person finds and enters, by what has been done so far. */
function formFor(done: readonly string[]): HandedIn {
  if (done.at(-1) === 'mint') return { handle: 'crm-2', value: new Secret(value) }
  return { answer: done.includes('destroy') ? 'refused' : 'accepted' }
}

const code = (asked: Awaited<ReturnType<typeof handIn>>) => (asked.ok ? 'ok' : asked.refusals[0]!.code)

describe('a step by hand', () => {
  test('is told with its guide, and carries a rotation to its end when each is handed in', async () => {
    const { b, rotation } = await begun()
    const done: string[] = []
    for (let state = await b.state(rotation); !isEnded(state); ) {
      const step = await handStep(b.ground, rotation)
      assert.ok(step !== null && step.guide.steps.length > 0)
      done.push(step.verb)
      assert.equal(code(await handIn(b.ground, rotation, formFor(done), person)), 'ok')
      state = await b.until(rotation, now => isEnded(now) || waits(now))
    }
    assert.deepEqual(done, ['mint', 'probe', 'disable', 'destroy', 'probe'])
    assert.deepEqual(lives(await b.store.versions(b.credential)), ['1 dead', '2 active'])
    const sealed = await b.store.sealed(b.credential, 2)
    assert.equal(b.ground.vault.open(sealed!).reveal(), value)
    assert.ok(!(await allEvents(b.store)).includes(value))
  })

  test('is handed in by a person only, and only what is waited for', async () => {
    const { b, rotation } = await begun()
    const form = { handle: 'crm-2', value: new Secret(value) }
    assert.equal(
      code(await handIn(b.ground, rotation, form, { kind: 'system', id: 'runner' })),
      'needs-person',
    )
    assert.equal(code(await handIn(b.ground, rotation, { handle: 'crm-2' }, person)), 'no-value')
    assert.equal(code(await handIn(b.ground, rotation, { value: new Secret(value) }, person)), 'no-handle')
    assert.equal(code(await handIn(b.ground, 'nowhere', form, person)), 'nothing-by-hand')
    assert.equal(code(await handIn(b.ground, rotation, form, person)), 'ok')
    await b.until(rotation, state => waits(state) && isUnderway(state) && stepOf(state).do === 'probe')
    assert.equal(code(await handIn(b.ground, rotation, {}, person)), 'no-answer')
  })

  test('does not take a value or a name that another version has', async () => {
    const { b, rotation } = await begun()
    const same = { handle: 'crm-2', value: new Secret(firstValue) }
    assert.equal(code(await handIn(b.ground, rotation, same, person)), 'known-value')
    assert.equal(
      code(await handIn(b.ground, rotation, { handle: 'v1', value: new Secret(value) }, person)),
      'known-handle',
    )
  })

  test('that is late is told to the owner, again each time its time has passed once more', async () => {
    const { b, rotation } = await begun()
    const told = async () => (await allEvents(b.store)).match(/"rotationEscalated"/g)?.length ?? 0
    const wait = (hours: number) => b.until(rotation, () => false, hours * hourMs).catch(() => undefined)
    await wait(3.5)
    assert.equal(await told(), 0)
    await wait(1)
    assert.equal(await told(), 1)
    await wait(4)
    assert.equal(await told(), 2)
    assert.equal((await b.state(rotation)).phase, 'running')
    assert.equal(
      code(await handIn(b.ground, rotation, { handle: 'crm-2', value: new Secret(value) }, person)),
      'ok',
    )
  })
})
