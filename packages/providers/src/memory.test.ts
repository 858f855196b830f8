import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Secret } from '@rekey/core'
import { aContext } from './fixtures.ts'
import { authenticate, memory, memoryWorld } from './memory.ts'
import { defineProvider, type Operation, ProviderError } from './provider.ts'

const context = aContext()
const operation = (version: number, key = `key-${version}`): Operation => ({
  key,
  credential: 'c',
  version,
  secret: new Secret(`value-${version}`),
  intendedMs: 0,
})
const target = (abilities = {}) => {
  const world = memoryWorld()
  let made = 0
  const provider = memory(world, { abilities, nowMs: () => 1_000, random: () => `made-${++made}` })
  return { world, provider }
}

describe('the target in memory', () => {
  test('has the effect of a mint once, however often it is asked under one key', async () => {
    const { world, provider } = target()
    const first = await provider.mint(context, operation(1))
    const second = await provider.mint(context, operation(1))
    assert.equal(first.handle, second.handle)
    assert.equal(world.versions.length, 1)
    assert.deepEqual(await provider.find(context, operation(1)), { is: 'done', handle: first.handle })
    assert.deepEqual(await provider.find(context, operation(2)), { is: 'not-started' })
  })

  test('refuses one version more than it can hold', async () => {
    const { provider } = target({ maxLive: 2 })
    await provider.mint(context, operation(1))
    await provider.mint(context, operation(2))
    await assert.rejects(provider.mint(context, operation(3)), ProviderError)
  })

  test('ends the old value by minting, where it holds only one', async () => {
    const { world, provider } = target({ maxLive: 1 })
    await provider.mint(context, operation(1))
    await provider.mint(context, operation(2))
    assert.equal(authenticate(world, 'value-1')?.accepted, false)
    assert.equal(authenticate(world, 'value-2')?.accepted, true)
  })

  test('gives its own value once, and never again when it is found', async () => {
    const { provider } = target({ secretFrom: 'target' })
    const minted = await provider.mint(context, { ...operation(1), secret: null })
    assert.equal(minted.secret?.reveal(), 'made-1')
    assert.equal((await provider.mint(context, { ...operation(1), secret: null })).secret, null)
  })

  test('accepts, refuses while disabled, accepts again, and refuses for ever once destroyed', async () => {
    const { provider } = target()
    const { handle } = await provider.mint(context, operation(1))
    const probe = () => provider.probe(context, handle, new Secret('value-1'))
    assert.equal(await probe(), 'accepted')
    await provider.disable?.(context, handle)
    assert.equal(await probe(), 'refused')
    await provider.enable?.(context, handle)
    assert.equal(await probe(), 'accepted')
    await provider.destroy(context, handle)
    await provider.destroy(context, handle)
    assert.equal(await probe(), 'refused')
    await assert.rejects(async () => provider.enable?.(context, handle), ProviderError)
  })

  test('refuses a wrong value', async () => {
    const { provider } = target()
    const { handle } = await provider.mint(context, operation(1))
    assert.equal(await provider.probe(context, handle, new Secret('guessed')), 'refused')
  })

  test('has no verb for an ability that is switched off', () => {
    const { provider } = target({ canDisable: false, canEndSessions: false, canList: false, usage: 'none' })
    for (const verb of ['disable', 'enable', 'endSessions', 'list', 'usage'] as const) {
      assert.equal(provider[verb], undefined, verb)
    }
  })
})

test('a provider that claims an ability without its verb does not come to be, nor one that hides a verb', () => {
  const { provider } = target()
  const { list: _, ...without } = provider
  assert.throws(() => defineProvider(without), /claims list but lacks it/)
  assert.throws(
    () => defineProvider({ ...provider, abilities: { ...provider.abilities, canList: false } }),
    /does not claim list but has it/,
  )
})
