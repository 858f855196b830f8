// What each verb promises, at the real target.
import assert from 'node:assert/strict'
import { Secret } from '@rekey/core'
import { markOf } from '@rekey/providers'
import { until } from '../beds/server.ts'
import { heldValue, type Rule, type Trial } from './rule.ts'

const without = (what: string) => `the target cannot ${what}`

async function issued(trial: Trial, version = 2) {
  const context = trial.context()
  const operation = trial.operation(version)
  const minted = await trial.mint(context, operation)
  return { context, operation, handle: minted.handle, value: heldValue(operation, minted) }
}

export const verbRules: readonly Rule[] = [
  {
    title: 'a mint has the effect of once, however often it is asked under one key, and find knows it',
    async kept(trial) {
      const { provider, plot } = trial
      const before = await plot.present()
      const { context, operation, handle } = await issued(trial)
      const again = await trial.mint(context, operation)
      assert.equal(again.handle, handle)
      if (provider.mint !== undefined) assert.equal(again.secret, null, 'a value is given once')
      const made = (await plot.present()).filter(one => !before.includes(one))
      assert.deepEqual(made, [handle])
      if (provider.find === undefined) return without('be asked what is there')
      assert.deepEqual(await provider.find(context, { ...operation, secret: null }), { is: 'done', handle })
      assert.deepEqual(await provider.find(context, trial.operation(3)), { is: 'not-started' })
      return null
    },
  },
  {
    title:
      'the new value is accepted and a wrong one is refused, by the target and by the probe alike; the old goes on',
    async kept(trial) {
      const { provider, plot } = trial
      const { context, handle, value } = await issued(trial)
      assert.equal(await plot.accepts(handle, value.reveal()), true)
      assert.equal(
        await plot.accepts(plot.existing.handle, plot.existing.value),
        true,
        'the old one was touched',
      )
      if (provider.probe === undefined) return without('be probed')
      assert.equal(await provider.probe(context, handle, value), 'accepted')
      assert.equal(
        await provider.probe(context, plot.existing.handle, new Secret(plot.existing.value)),
        'accepted',
      )
      if (!plot.tellsValues) return null
      const wrong = new Secret(`${value.reveal().slice(0, -4)}Zz9z`)
      assert.equal(await plot.accepts(handle, wrong.reveal()), false)
      assert.equal(await provider.probe(context, handle, wrong), 'refused')
      return null
    },
  },
  {
    title: 'a disabled version is refused, an enabled one accepted again, and each may be said twice',
    async kept(trial) {
      const { provider, plot } = trial
      const { context, handle, value } = await issued(trial)
      const { disable, enable, probe } = provider
      if (disable === undefined || enable === undefined || probe === undefined) return without('disable')
      for (let time = 0; time < 2; time++) await disable(context, handle)
      assert.equal(await plot.accepts(handle, value.reveal()), false)
      assert.equal(await probe(context, handle, value), 'refused')
      for (let time = 0; time < 2; time++) await enable(context, handle)
      assert.equal(await plot.accepts(handle, value.reveal()), true)
      assert.equal(await probe(context, handle, value), 'accepted')
      return null
    },
  },
  {
    title: 'a destroyed version is refused and gone, and to destroy it again is success',
    async kept(trial) {
      const { provider, plot } = trial
      const { context, handle, value } = await issued(trial)
      const { destroy, probe, find } = provider
      if (destroy === undefined || probe === undefined) return without('destroy')
      for (let time = 0; time < 2; time++) await destroy(context, handle)
      assert.equal(await plot.accepts(handle, value.reveal()), false)
      assert.equal(await probe(context, handle, value), 'refused')
      assert.ok(!(await plot.present()).includes(handle))
      if (find !== undefined) assert.equal((await find(context, trial.operation(2))).is, 'not-started')
      return null
    },
  },
  {
    title: 'what is ours is listed with its mark, and what another installation or a person made is not',
    async kept(trial) {
      const { provider, plot } = trial
      const { context, handle } = await issued(trial)
      if (provider.list === undefined) return without('list')
      assert.deepEqual(await provider.list(context, 'rules'), [{ handle, mark: markOf('key-2') }])
      assert.deepEqual(await provider.list(trial.context({ owner: '0ddba11f' }), 'rules'), [])
      assert.ok((await plot.present()).includes(plot.existing.handle))
      return null
    },
  },
  {
    title: 'usage sees who works with the old version, and says how fresh and how complete its word is',
    async kept(trial) {
      const { provider, plot } = trial
      if (provider.usage === undefined) return without('tell who uses a version')
      if (plot.session === undefined)
        return 'the target knows requests and no sessions; it is tried in its own tests'
      const { context, handle } = await issued(trial)
      const { usage } = provider
      const handles = [plot.existing.handle, handle]
      const session = await plot.session(plot.existing.handle, plot.existing.value)
      try {
        const sees = async () => {
          const seen = await usage.call(provider, context, handles, Date.now() - 60_000)
          assert.ok(Math.abs(seen.asOfMs - Date.now()) <= provider.abilities.usageLagMs + 5_000, 'not fresh')
          if (seen.covered === null)
            assert.ok(seen.gaps.length > 0, 'it is not complete and does not say why')
          else assert.ok(seen.covered.fromMs <= seen.covered.toMs)
          return seen.sightings
        }
        const old = async () => (await sees()).filter(one => one.outcome === 'success')
        await until(async () => (await old()).length > 0, 'usage does not see the session', 15_000)
        const [sighting] = await old()
        assert.equal(sighting?.handle, plot.existing.handle)
        assert.notEqual(sighting?.seenAs ?? '', '', 'it does not say how the user looks')
        await session.close()
        await until(
          async () => (await old()).length === 0,
          'usage goes on seeing a session that ended',
          15_000,
        )
      } finally {
        await session.close().catch(() => undefined)
      }
      return null
    },
  },
  {
    title: 'sessions of a disabled version are ended, those of another version are not',
    async kept(trial) {
      const { provider, plot } = trial
      const { disable, endSessions } = provider
      if (disable === undefined || endSessions === undefined || plot.session === undefined)
        return without('end sessions')
      const { context, handle, value } = await issued(trial)
      const old = await plot.session(plot.existing.handle, plot.existing.value)
      const fresh = await plot.session(handle, value.reveal())
      try {
        assert.ok((await old.isAlive()) && (await fresh.isAlive()))
        await disable.call(provider, context, plot.existing.handle)
        for (let time = 0; time < 2; time++)
          await endSessions.call(provider, trial.context(), plot.existing.handle)
        assert.equal(await old.isAlive(), false)
        assert.equal(await fresh.isAlive(), true)
      } finally {
        await old.close().catch(() => undefined)
        await fresh.close().catch(() => undefined)
      }
      return null
    },
  },
  {
    title: 'two versions with the same rights are equal; one that can do less, or more, is told in words',
    async kept(trial) {
      const { provider, plot } = trial
      const { compareRights } = provider
      if (compareRights === undefined) return without('compare rights')
      const { context, handle } = await issued(trial)
      const compared = () => compareRights.call(provider, context, plot.existing.handle, handle)
      assert.deepEqual(await compared(), { missing: [], extra: [] })
      const { widen, narrow } = plot.spoil
      if (widen === undefined || narrow === undefined) return 'its rights cannot be spoiled'
      await widen(handle)
      const wider = await compared()
      assert.ok(wider.extra.length > 0 && wider.missing.length === 0, JSON.stringify(wider))
      await narrow(handle)
      const other = await compared()
      assert.ok(other.missing.length > 0, JSON.stringify(other))
      return null
    },
  },
]
