import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readToken } from '../access/token-format.ts'
import { admin, type Doors, doors } from '../intake/fixtures.ts'
import { callAs, personAs, problemIn } from './fixtures.ts'

const put = ({ handlers }: Doors, id: string, body: object, caller = admin) =>
  handlers.sources.put(callAs(caller, { params: { id }, body }))
const list = async ({ handlers }: Doors) =>
  ((await handlers.sources.list(callAs(admin))) as { items: Record<string, unknown>[] }).items
const prometheus = { url: 'https://prometheus.example.com', errors: 'e', uses: 'u' }

describe('a source', () => {
  test('is shown with all that was said of it, and its secret once', async t => {
    const d = await doors(t)
    const bindings = [{ credential: d.b.credential, consumer: 'web' }]
    const services = { shop: bindings[0]! }
    const made = (await put(d, 'otel', { kind: 'telemetry', bindings, services, lagMs: 5_000 })) as Record<
      string,
      unknown
    >
    const { secret, ...view } = made
    assert.equal(readToken(String(secret))?.type, 'source')
    assert.deepEqual(view, {
      id: 'otel',
      kind: 'telemetry',
      bindings,
      services,
      lagMs: 5_000,
      complete: false,
      madeMs: d.b.clock.nowMs,
      heardMs: null,
    })
    assert.deepEqual(await list(d), [view])
    const again = (await put(d, 'otel', { kind: 'telemetry', bindings })) as { secret: unknown }
    assert.equal(again.secret, null)
    const told = (await d.events()).filter(one => one.stream === 'source/otel')
    assert.deepEqual(
      told.map(one => [one.type, JSON.parse(one.data)]),
      Array(2).fill(['sourceSet', { source: 'otel', kind: 'telemetry' }]),
    )
  })

  test('of metrics has no secret of ours, and names the one that opens its Prometheus', async t => {
    const d = await doors(t)
    const bindings = [{ credential: d.b.credential, consumer: 'web' }]
    const asked = { ...prometheus, secret: 'prometheus' }
    const made = (await put(d, 'prom', { kind: 'metrics', bindings, prometheus: asked })) as Record<
      string,
      unknown
    >
    assert.deepEqual([made['secret'], made['prometheus']], [null, asked])
    await put(d, 'prom', { kind: 'metrics', bindings, prometheus })
    assert.deepEqual((await list(d))[0]?.['prometheus'], prometheus)
  })

  test('that becomes another kind proves itself anew, and a run of CI as a webhook does', async t => {
    const d = await doors(t)
    const bindings = [{ credential: d.b.credential, consumer: 'web' }]
    const secretOf = async (kind: string) =>
      ((await put(d, 'one', { kind, bindings })) as { secret: string | null }).secret
    assert.match((await secretOf('webhook'))!, /^whsec_/)
    assert.equal(await secretOf('ci'), null)
    assert.match((await secretOf('telemetry'))!, /^rekey_source_/)
    assert.match((await secretOf('webhook'))!, /^whsec_/)
  })

  test('that cannot be right is refused, with all that is wrong', async t => {
    const d = await doors(t)
    const { credential } = d.b
    const bindings = [
      { credential, consumer: 'web' },
      { credential, consumer: 'queue' },
    ]
    const stranger = { credential, consumer: 'stranger' }
    const cases: [object, RegExp][] = [
      [{ kind: 'webhook', bindings: [stranger] }, /no consumer stranger/],
      [{ kind: 'telemetry', bindings, services: { a: stranger } }, /not bound/],
      [{ kind: 'webhook', bindings, services: { a: bindings[0] } }, /Only telemetry/],
      [{ kind: 'metrics', bindings }, /needs the Prometheus/],
      [{ kind: 'ci', bindings, prometheus }, /Only a source of metrics/],
      [{ kind: 'metrics', bindings, prometheus }, /the same for several/],
      [
        {
          kind: 'metrics',
          bindings: [bindings[0]],
          prometheus: { ...prometheus, url: 'http://10.0.0.1:9090' },
        },
        /not encrypted/,
      ],
      [
        {
          kind: 'metrics',
          bindings: [stranger],
          prometheus: { ...prometheus, url: 'https://169.254.169.254' },
        },
        /no consumer stranger.* nothing is sent to such an address/,
      ],
    ]
    for (const [body, text] of cases) {
      const problem = await problemIn(put(d, 'one', body))
      assert.equal(problem.code, 'not-acceptable')
      assert.match(problem.more.detail ?? '', text)
    }
    assert.deepEqual(await list(d), [])
  })

  test('is set and removed by those who administer all that it is bound to, before and after', async t => {
    const d = await doors(t)
    const { credential } = d.b
    const environment = (await d.b.store.credential(credential))!.record.environment
    const ours = personAs('bob', 'admin', environment)
    const bindings = [{ credential, consumer: 'web' }]
    const body = { kind: 'webhook', bindings }
    for (const caller of [personAs('eve', 'approver'), personAs('eve', 'admin', 'another')]) {
      assert.equal((await problemIn(put(d, 'one', body, caller))).code, 'no-right')
    }
    await put(d, 'one', body, ours)
    const away = personAs('eve', 'admin', 'another')
    assert.equal((await problemIn(put(d, 'one', { ...body, bindings: [] }, away))).code, 'no-right')
    const remove = (caller: typeof ours) =>
      d.handlers.sources.remove(callAs(caller, { params: { id: 'one' } }))
    assert.equal((await problemIn(remove(away))).code, 'no-right')
    assert.deepEqual(await remove(ours), { ok: true })
    assert.equal((await problemIn(remove(ours))).code, 'not-found')
  })
})
