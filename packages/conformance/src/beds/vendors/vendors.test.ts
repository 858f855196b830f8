import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Secret } from '@rekey/core'
import { type Context, nameOf, type Operation, type Provider } from '@rekey/providers'
import type { Plot } from '../../bed.ts'
import { tried } from '../../tried.ts'

// What one vendor has and the rules for all do not ask for.
async function open(t: TestContext, kind: string) {
  const bed = await (await tried(kind)).openBed()
  assert.ok(!('missing' in bed))
  t.after(() => bed.close())
  const plot = await bed.plot('rkvendor')
  return { bed, plot, provider: bed.provider, context: contextOn(plot) }
}

const contextOn = (plot: Plot): Context => ({
  settings: plot.settings(),
  signal: AbortSignal.timeout(20_000),
  owner: 'f00dcafe',
  admin: async name => new Secret(plot.admin[name] ?? 'none'),
  nowMs: Date.now,
})

const operation = (provider: Provider): Operation => ({
  key: 'the-key',
  credential: 'vendors',
  version: 2,
  secret: provider.newSecret?.() ?? null,
  intendedMs: Date.now(),
})

async function tokenAt(plot: Plot, handle: string) {
  const { baseUrl, account } = plot.settings() as { baseUrl: string; account: string }
  const headers = { authorization: `Bearer ${Object.values(plot.admin)[0]}` }
  const answer = await fetch(`${baseUrl}/accounts/${account}/tokens/${handle}`, { headers })
  return ((await answer.json()) as { result: Record<string, unknown> }).result
}

test('a Cloudflare token that was disabled and enabled keeps its name, its policies and from where it may be used', async t => {
  const { plot, provider, context } = await open(t, 'cloudflare')
  const { handle } = plot.existing
  const before = await tokenAt(plot, handle)
  assert.ok(before['condition'] !== undefined)
  await provider.disable!(context, handle)
  assert.deepEqual(await tokenAt(plot, handle), { ...before, status: 'disabled' })
  await provider.enable!(context, handle)
  assert.deepEqual(await tokenAt(plot, handle), before)
})

test('a new Cloudflare token may be used from where the settings say, and no wider', async t => {
  const { plot, provider, context } = await open(t, 'cloudflare')
  const { handle } = await provider.mint!(context, operation(provider))
  const { condition, policies } = plot.settings()
  const token = await tokenAt(plot, handle)
  assert.deepEqual([token['condition'], token['policies']], [condition, policies])
})

test('the Cloudflare token that Rekey itself uses is neither disabled nor destroyed', async t => {
  const { plot, provider, context } = await open(t, 'cloudflare')
  const { baseUrl, account } = plot.settings() as { baseUrl: string; account: string }
  const headers = { authorization: `Bearer ${Object.values(plot.admin)[0]}` }
  const answer = await fetch(`${baseUrl}/accounts/${account}/tokens/verify`, { headers })
  const { id } = ((await answer.json()) as { result: { id: string } }).result
  await assert.rejects(provider.disable!(context, id), /is the admin secret itself/)
  await assert.rejects(provider.destroy!(context, id), /is the admin secret itself/)
})

test('a value that belongs to another Cloudflare token is not proved by the name of this one', async t => {
  const { plot, provider, context } = await open(t, 'cloudflare')
  const { handle } = await provider.mint!(context, operation(provider))
  const value = new Secret(plot.existing.value)
  await assert.rejects(provider.probe!(context, handle, value), /the value is that of/)
})

for (const kind of ['openai', 'cloudflare']) {
  test(`the last use of a key is told by ${kind}, and a key that nobody used has none`, async t => {
    const { plot, provider, context } = await open(t, kind)
    const { handle } = await provider.mint!(context, operation(provider))
    const handles = [plot.existing.handle, handle]
    const sinceMs = Date.now() - 1_000
    assert.deepEqual((await provider.usage!(context, handles, sinceMs)).sightings, [])
    await plot.accepts(plot.existing.handle, plot.existing.value)
    const { sightings } = await provider.usage!(context, handles, sinceMs)
    assert.deepEqual(
      sightings.map(one => one.handle),
      [plot.existing.handle],
    )
    assert.ok(Math.abs(sightings[0]!.atMs - Date.now()) < 5_000)
  })
}

test('a deploy key of that very title that holds another key is left alone, and never taken for ours', async t => {
  const { plot, provider, context } = await open(t, 'github-deploy-key')
  const theirs = operation(provider)
  const { handle } = await provider.mint!(context, theirs)
  const ours = operation(provider)
  const name = nameOf({ prefix: 'rkvendor', longest: 100 }, context, ours)
  await assert.rejects(provider.mint!(context, ours), new RegExp(`a key ${name} that Rekey did not make`))
  assert.equal((await provider.find!(context, ours)).is, 'ambiguous')
  assert.equal(await plot.accepts(handle, theirs.secret!.reveal()), true)
})

test('an archived Anthropic key can be archived again, and is not there any more', async t => {
  const { plot, provider, context } = await open(t, 'anthropic')
  const { handle } = plot.existing
  for (let time = 0; time < 2; time++) await provider.destroy!(context, handle)
  assert.deepEqual(await plot.present(), [])
  await assert.rejects(provider.enable!(context, handle), { code: 'rejected' })
})
