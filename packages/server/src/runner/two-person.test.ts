import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs } from '@rekey/core'
import { bench } from '../fixtures.ts'
import { tick } from './tick.ts'
import { needsTwo, rulesAt, type TwoPerson } from './two-person.ts'

type Bench = Awaited<ReturnType<typeof bench>>

const rule = ({ store }: Bench, twoPerson: Record<string, TwoPerson[]>) =>
  store.commit({
    fence: null,
    appends: [],
    writes: [{ put: 'record', row: { ...rulesAt, record: { twoPerson }, expiresMs: null } }],
  })

test('a rule for all environments holds in each, whatever else is said of it', async () => {
  const b = await bench()
  const asked = () =>
    Promise.all([needsTwo(b.ground, 'retire', 'production'), needsTwo(b.ground, 'kill', 'test')])
  assert.deepEqual(await asked(), [false, false])
  await rule(b, { production: ['retire'], test: [] })
  assert.deepEqual(await asked(), [true, false])
  await rule(b, { '*': ['retire', 'kill'], production: [] })
  assert.deepEqual(await asked(), [true, true])
})

test('a rotation that the clock opens needs two people where the rule says so; a revocation waits for nobody', async () => {
  const b = await bench({ credential: { policy: { everyMs: dayMs, approvals: 0 } } })
  await rule(b, { production: ['retire'] })
  await b.store.wake(`credential/${b.credential}`, b.clock.nowMs)
  let open: string | null = null
  for (let day = 0; day < 400 && open === null; day++) {
    await tick(b.ground)
    open = (await b.store.credential(b.credential))!.openRotation
    b.clock.nowMs += dayMs
  }
  assert.ok(open !== null)
  const { plan, openedBy } = await b.state(open)
  assert.deepEqual([plan.decision.approvals, openedBy.kind], [2, 'system'])

  const killed = await bench()
  await rule(killed, { '*': ['retire'] })
  const revoked = await killed.open({ order: 'revoke-first' })
  assert.equal(revoked.plan.decision.approvals, 0)
})
