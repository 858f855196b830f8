import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isUnderway } from '@rekey/core'
import { callAs, personAs, problemIn } from '../api/fixtures.ts'
import { firstValue } from '../fixtures.ts'
import { rulesAt } from '../runner/two-person.ts'
import { admin, type Post, post, say, siemOf } from './fixtures.ts'
import { startSignals, workSignals } from './work.ts'

async function leaked(
  t: Parameters<typeof post>[0],
  reaction: string,
  before: (p: Post) => Promise<unknown> = async () => undefined,
) {
  const p = await post(t)
  await before(p)
  await p.policy({ reactions: { '*': { 'public-leak': reaction } } })
  const secret = await p.source('rule', siemOf())
  await say(p, 'rule', secret, firstValue)
  await p.work()
  const [incident] = await p.incidents()
  return { p, incident: incident! }
}
const openOf = async ({ b }: Post) => {
  const id = (await b.store.credential(b.credential))?.openRotation ?? ''
  return { id, state: (await b.store.rotation(id))?.state }
}
const opened = async ({ b }: Post) => void (await b.open())

describe('to rotate', () => {
  test('opens a rotation that says why it was opened', async t => {
    const { p, incident } = await leaked(t, 'rotate')
    const { id, state } = await openOf(p)
    assert.equal(incident.did[0]?.rotation, id)
    assert.deepEqual(state?.trigger, {
      why: 'event',
      event: 'leak-found',
      reference: `signal/${incident.id}`,
    })
    assert.equal(incident.state, 'done')
  })

  test('leaves a rotation that goes away from the version to go on', async t => {
    const { p, incident } = await leaked(t, 'rotate', async p => {
      const { rotation } = await p.b.open()
      await p.b.until(rotation, isUnderway)
    })
    assert.equal(incident.did[0]?.did, 'under-way')
    const types = (await p.b.store.stream(`rotation/${incident.did[0]?.rotation}`, 0, 1_000)).map(
      one => one.type,
    )
    assert.ok(!types.includes('rotationContained'))
  })
})

describe('to suspend', () => {
  test('opens a rotation where none is open, and waits for a person', async t => {
    const { p, incident } = await leaked(t, 'suspend')
    assert.deepEqual(
      incident.did.map(one => one.did),
      ['rotation-opened'],
    )
    assert.equal(incident.state, 'open')
    assert.ok((await openOf(p)).state)
    assert.ok((await p.told()).includes('signalPaged'))
  })

  test('contains one that is under way, which can be resumed', async t => {
    const { p, incident } = await leaked(t, 'suspend', async p => {
      const { rotation } = await p.b.open()
      await p.b.until(rotation, isUnderway)
    })
    assert.deepEqual(
      incident.did.map(one => one.did),
      ['contained'],
    )
    const { id } = await openOf(p)
    const types = (await p.b.store.stream(`rotation/${id}`, 0, 1_000)).map(one => one.type)
    assert.ok(types.includes('rotationContained'))
  })

  test('says so, and stays open, where it cannot be done', async t => {
    const { incident } = await leaked(t, 'suspend', async p => {
      ;(p.b.ground.providers as Map<string, unknown>).clear()
    })
    assert.deepEqual([incident.did[0]?.did, incident.state], ['could-not', 'open'])
    assert.match(incident.did[0]?.text ?? '', /there is no provider fake/)
  })
})

describe('what a control plane left behind when it died', () => {
  test('is done by the next, and has the effect of once', async t => {
    const p = await post(t)
    const secret = await p.source('rule', siemOf())
    await say(p, 'rule', secret, firstValue)
    const { keep } = p.plane
    const remove = keep.remove
    keep.remove = async (kind, ...more) => {
      if (kind === 'signal-task') throw new Error('it died here')
      return remove(kind, ...more)
    }
    await workSignals(p.plane)
    keep.remove = remove
    assert.equal((await keep.all('signal-task')).length, 1)
    p.b.clock.nowMs += 10 * 60_000
    await p.work()
    assert.equal((await keep.all('kill')).length, 1)
    assert.deepEqual(
      (await p.incidents())[0]?.did.map(one => one.did),
      ['killed', 'nothing-left'],
    )
    assert.deepEqual(await keep.all('signal-task'), [])
  })
})

test('a loop does within moments what came, and ends when it is told to', async t => {
  const p = await post(t)
  const loop = startSignals(p.plane)
  const secret = await p.source('rule', siemOf())
  const beganMs = performance.now()
  await say(p, 'rule', secret, firstValue)
  while ((await p.incidents())[0]?.did[0]?.did !== 'killed') {
    assert.ok(performance.now() - beganMs < 5_000)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  await loop.stop()
  await say(p, 'rule', secret, 'another')
  assert.equal((await p.plane.keep.all('signal-task')).length, 1)
})

describe('a person', () => {
  const ofIncident = (id: string, more: object = {}) => ({
    params: { id },
    body: { reason: 'it is true' },
    ...more,
  })

  test('kills what a signal is about, in their own name', async t => {
    const { p, incident } = await leaked(t, 'page')
    const view = await p.signals.kill(callAs(admin, ofIncident(incident.id)))
    assert.equal((view as { state: string }).state, 'done')
    assert.ok((await p.b.store.versions(p.b.credential))[0]?.compromised)
    const [kill] = await p.plane.keep.all('kill')
    assert.deepEqual(kill?.record.by, { kind: 'person', id: 'alice' })
    assert.deepEqual(kill?.record.cause, { why: 'person' })
    assert.match(kill?.record.reason ?? '', new RegExp(`^signal ${incident.id}: it is true`))
  })

  test('needs a second one where two have to agree to a kill', async t => {
    const { p, incident } = await leaked(t, 'page', async p => {
      await p.plane.keep.put(rulesAt.kind, rulesAt.id, { twoPerson: { production: ['kill'] } })
    })
    const problem = await problemIn(p.signals.kill(callAs(admin, ofIncident(incident.id))))
    assert.equal(problem.code, 'needs-second-person')
    assert.ok(!(await p.b.store.versions(p.b.credential))[0]?.compromised)
  })

  test('dismisses one, with the reason in the record, and the next is another', async t => {
    const { p, incident } = await leaked(t, 'page')
    await p.signals.dismiss(callAs(admin, ofIncident(incident.id)))
    await p.signals.dismiss(callAs(admin, ofIncident(incident.id)))
    assert.equal((await p.told()).filter(one => one === 'signalDismissed').length, 1)
    const secret = await p.source('rule', { ...siemOf(), anew: true })
    await say(p, 'rule', secret, firstValue)
    await p.work()
    assert.deepEqual((await p.incidents()).map(one => one.state).sort(), ['dismissed', 'open'])
  })

  test('sees signals of the environments that they may look into, and others are not there', async t => {
    const { p, incident } = await leaked(t, 'page')
    const stranger = personAs('sam', 'admin', 'staging')
    const viewer = personAs('vera', 'viewer', 'production')
    const list = async (who: typeof stranger) =>
      ((await p.signals.list(callAs(who))) as { items: unknown[] }).items.length
    assert.deepEqual([await list(stranger), await list(viewer)], [0, 1])
    assert.equal(
      (await problemIn(p.signals.get(callAs(stranger, ofIncident(incident.id))))).code,
      'not-found',
    )
    assert.equal((await problemIn(p.signals.kill(callAs(viewer, ofIncident(incident.id))))).code, 'no-right')
  })

  test('cannot kill what nobody knows', async t => {
    const p = await post(t)
    const secret = await p.source('rule', siemOf())
    await say(p, 'rule', secret, 'of somebody else')
    await p.work()
    const [incident] = await p.incidents()
    assert.equal((await problemIn(p.signals.kill(callAs(admin, ofIncident(incident!.id))))).code, 'refused')
  })
})

test('what was dismissed before anything was done is left alone', async t => {
  const p = await post(t)
  await opened(p)
  const secret = await p.source('rule', siemOf())
  await say(p, 'rule', secret, firstValue)
  const { keep } = p.plane
  const page = keep.page
  // Between the decision and the deed.
  keep.page = async (kind, asked) => {
    if (kind === 'signal-task' && asked.after === 'act/') {
      for (const { id } of await p.incidents())
        await p.signals.dismiss(callAs(admin, { params: { id }, body: { reason: 'no' } }))
    }
    return page(kind, asked)
  }
  await p.work()
  keep.page = page
  assert.ok(!(await p.b.store.versions(p.b.credential))[0]?.compromised)
})
