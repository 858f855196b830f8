import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hourMs, Secret } from '@rekey/core'
import { aCredential } from '@rekey/core/fixtures'
import { firstValue } from '../fixtures.ts'
import { another, killed, post, say, siemOf } from './fixtures.ts'

describe('a storm', () => {
  test('of ten thousand signals about one version is one incident, and one kill', async t => {
    const p = await post(t)
    const secret = await p.source('rule', siemOf())
    for (let n = 0; n < 10_000; n++) {
      await say(p, 'rule', secret, firstValue, { n })
      if (n % 2_500 === 1_000) await p.work()
    }
    await p.work()
    const incidents = await p.incidents()
    assert.deepEqual(
      incidents.map(one => one.count),
      [10_000],
    )
    assert.equal((await p.plane.keep.all('kill')).length, 1)
    assert.deepEqual(await p.plane.keep.all('signal-task'), [])
    const told = await p.told()
    assert.ok(told.length < 40, `${told.length} events`)
    assert.deepEqual(told.filter(one => one === 'signalPaged').length, 1)
  })

  test('about many versions kills no more than is allowed in an hour, and pages for the others', async t => {
    const p = await post(t)
    const values = []
    for (let n = 0; n < 8; n++) values.push(await another(p, `c${n}`, n < 6 ? 'production' : 'staging'))
    const secret = await p.source('rule', siemOf())
    for (const value of values) await say(p, 'rule', secret, value)
    await p.work()
    const reactionsIn = async (environment: string) =>
      Object.entries(
        Object.groupBy(
          (await p.incidents()).filter(one => one.environment === environment),
          one => one.reaction,
        ),
      ).map(([reaction, some]) => [reaction, some?.length])
    assert.deepEqual(Object.fromEntries(await reactionsIn('production')), { kill: 3, page: 3 })
    assert.deepEqual(Object.fromEntries(await reactionsIn('staging')), { kill: 2 })
    const paged = (await p.incidents()).find(one => one.reaction === 'page')
    assert.ok(paged?.reasons.some(one => one.code === 'too-many-kills'))
    p.b.clock.nowMs += hourMs + 1
    await say(p, 'rule', secret, values[4]!, { again: true })
    await say(p, 'rule', secret, values[5]!, { again: true })
    await p.work()
    assert.deepEqual(await killed(p, 'c4'), [1], 'an hour later there is room again')
  })

  test('with a limit of none kills nothing', async t => {
    const p = await post(t)
    await p.policy({ killsPerHour: { '*': 0 } })
    const secret = await p.source('rule', siemOf())
    await say(p, 'rule', secret, firstValue)
    await p.work()
    assert.deepEqual(await killed(p), [])
  })
})

test('ten thousand credentials are known within seconds, and a value of any of them is found at once', async t => {
  const p = await post(t)
  const { ground } = p.b
  for (let n = 0; n < 10_000; n += 500) {
    const writes = Array.from({ length: 500 }, (_, at) => {
      const id = `many-${n + at}`
      const version = {
        credential: id,
        number: 1,
        state: 'active',
        handle: `handle-${n + at}`,
        fingerprint: ground.vault.fingerprint(new Secret(`value ${n + at}`)),
        issuedAtMs: 0,
        endedAtMs: null,
        compromised: false,
        operation: '',
      } as const
      const row = {
        id,
        record: aCredential({ id }),
        currentVersion: 1,
        lastVersion: 1,
        openRotation: null,
        nextRotationMs: null,
        lastRotationMs: null,
        lastRollbackMs: null,
        seq: 0,
      }
      return [{ put: 'credential', row } as const, { put: 'version', row: version } as const]
    }).flat()
    await ground.store.commit({ fence: null, appends: [], writes })
  }
  const { known } = p.plane.signals
  const named = (handle: string) => ground.vault.fingerprint(new Secret(handle))
  const beganMs = performance.now()
  await known.upToDate()
  const tookMs = performance.now() - beganMs
  assert.equal(known.size(), 10_001)
  assert.ok(tookMs < 10_000, `${tookMs} ms`)
  assert.deepEqual(known.ofValue(ground.vault.fingerprint(new Secret('value 7777'))), {
    credential: 'many-7777',
    version: 1,
  })
  assert.deepEqual(known.ofHandle(named('handle-9999')), [{ credential: 'many-9999', version: 1 }])
  await another(p, 'late')
  await known.upToDate()
  assert.deepEqual(known.ofHandle(named('late')), [{ credential: 'late', version: 1 }])
})
