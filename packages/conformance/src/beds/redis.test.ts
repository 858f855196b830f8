import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ProviderError } from '@rekey/providers'
import type { Bed } from '../bed.ts'
import { notRun } from '../not-run.ts'
import { heldValue, trialOn } from '../rules/rule.ts'
import { bedOn, firstUsers, provider } from './redis.ts'
import { clientOf, hashed, type RedisNodes, startRedis } from './redis-nodes.ts'

const started = await startRedis(2, firstUsers)
if ('missing' in started) notRun(`what only Redis can do: ${started.missing}`)
else describe('Redis', () => ofRedis(started))

function ofRedis(nodes: RedisNodes) {
  let bed: Bed
  let plots = 0
  before(async () => {
    bed = await bedOn(nodes)
  })
  after(() => bed.close())

  const issued = async (more: Record<string, unknown> = {}) => {
    const plot = await bed.plot(`own${++plots}`)
    const trial = trialOn(bed, plot)
    const context = (others: Record<string, unknown> = {}) =>
      trial.context({ settings: { ...plot.settings(), ...more, ...others } })
    const operation = trial.operation(2)
    const minted = await trial.mint(context(), operation)
    return { plot, trial, context, operation, handle: minted.handle, value: heldValue(operation, minted) }
  }
  const said = (call: Promise<unknown>) =>
    call.then(
      answer => `gone well: ${JSON.stringify(answer)}`,
      (error: unknown) =>
        error instanceof ProviderError ? `${error.code}: ${error.message}` : String(error),
    )
  const asRoot = async (at: number, ...command: string[]) => {
    const client = clientOf(nodes.addresses[at]!, nodes.root)
    try {
      await client.connect()
      return await client.sendCommand(command)
    } finally {
      client.destroy()
    }
  }

  test('a node that lost the login is heard of, and the same key makes it whole', async () => {
    const { context, operation, handle, value } = await issued()
    await asRoot(1, 'ACL', 'DELUSER', handle)
    assert.match(
      await said(provider.probe!(context(), handle, value)),
      /^unreachable: the nodes do not agree/,
    )
    assert.equal((await provider.find!(context(), operation)).is, 'not-started')
    assert.deepEqual(await provider.find!(context(), { ...operation, secret: null }), { is: 'done', handle })
    await provider.mint!(context(), operation)
    assert.equal(await provider.probe!(context(), handle, value), 'accepted')
  })

  test('a foreign user on the last node keeps the first from being changed', async () => {
    const { trial, context, handle } = await issued()
    await asRoot(0, 'ACL', 'DELUSER', handle)
    const other = trial.operation(2)
    assert.match(await said(provider.mint!(context(), other)), /^rejected: there is a login own/)
    assert.equal(await asRoot(0, 'ACL', 'GETUSER', handle), null)
    assert.equal((await provider.find!(context(), other)).is, 'ambiguous')
  })

  test('where anybody is let in with any value nothing is proved, and the probe says so', async () => {
    const { context, handle, value } = await issued()
    await asRoot(1, 'ACL', 'SETUSER', handle, 'nopass')
    assert.match(
      await said(provider.probe!(context(), handle, value)),
      /^rejected: .*any password \(nopass\)/,
    )
  })

  test('a template that somebody could be is not copied', async () => {
    const { plot, trial, context } = await issued()
    const template = String(plot.settings()['template'])
    await asRoot(0, 'ACL', 'SETUSER', template, 'on')
    assert.match(await said(provider.mint!(context(), trial.operation(3))), /^rejected: .*switch it off/)
    await asRoot(0, 'ACL', 'DELUSER', template)
    assert.match(
      await said(provider.mint!(context(), trial.operation(3))),
      /^rejected: .*there is no user own.*ACL SETUSER/,
    )
  })

  test('a consumer that is refused is seen, beside probes of ours of the same minute', async () => {
    const { plot, trial, context, handle, value } = await issued()
    await provider.disable!(context(), handle)
    const fromMs = Date.now() - 1_000
    const refused = async () =>
      (await provider.usage!(context(), [handle], fromMs)).sightings.filter(
        one => one.outcome === 'auth-failure',
      )
    assert.equal(await provider.probe!(context(), handle, value), 'refused')
    assert.deepEqual(await refused(), [])
    assert.equal(await plot.accepts(handle, value.reveal()), false)
    assert.equal(await provider.probe!(context(), handle, value), 'refused')
    const [sighting, ...more] = await refused()
    assert.deepEqual([sighting?.handle, sighting?.seenAs, more.length], [handle, '127.0.0.1', 0])
    assert.deepEqual((await provider.usage!(context(), [handle], Date.now() + 60_000)).sightings, [])
    assert.ok(trial.values.has(value.reveal()))
  })

  test('sessions of a user that may still log in are not ended: they would be back at once', async () => {
    const { context, handle } = await issued()
    assert.match(
      await said(provider.endSessions!(context(), handle)),
      /^unreachable: .* may still log in: it is disabled/,
    )
  })

  test('the admin, the template and the default user are not ended', async () => {
    const { plot, context } = await issued()
    for (const handle of ['rekey_admin', 'default', String(plot.settings()['template'])])
      for (const verb of ['disable', 'endSessions', 'destroy'] as const)
        assert.match(await said(provider[verb]!(context(), handle)), /^rejected: .*not rotated here/)
    assert.match(await said(provider.disable!(context(), 'nobody')), /^rejected: there is no login nobody/)
  })

  // The bed's own connections end with it, so this is the last.
  test('with an ACL file a restart keeps what was made, disabled and destroyed; without one it is said to be lost', async () => {
    const { plot, trial, context, handle, value } = await issued()
    const gone = await trial.mint(context(), trial.operation(3))
    await provider.disable!(context(), plot.existing.handle)
    await provider.destroy!(context(), gone.handle)
    const unsaved = trial.operation(4)
    const lost = await trial.mint(context({ save: 'never' }), unsaved)
    await nodes.restart(1)
    const second = { nodes: [nodes.addresses[1]] }
    assert.equal(await provider.probe!(context(second), handle, value), 'accepted')
    const names = (await asRoot(1, 'ACL', 'USERS')) as unknown as string[]
    assert.deepEqual([names.includes(gone.handle), names.includes(lost.handle)], [false, false])
    const old = String(await asRoot(1, 'ACL', 'GETUSER', plot.existing.handle))
    assert.match(old, /^flags,off/)
    // find may come after a crash between the change and its being kept.
    await provider.mint!(context({ save: 'never' }), unsaved)
    assert.equal((await provider.find!(context(), unsaved)).is, 'done')
    await nodes.restart(1)
    assert.equal(await provider.probe!(context(second), lost.handle, unsaved.secret!), 'accepted')
    assert.ok(!nodes.files().includes(value.reveal()) && nodes.files().includes(hashed(value.reveal())))
  })
}
