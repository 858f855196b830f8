// Bad input: each ends in a sentence that names what to mend; nobody is moved, nothing is lost, nothing of others is touched.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Secret } from '@rekey/core'
import { type Context, nameOf, settingsFaults } from '@rekey/providers'
import { deadAddress, proxy, type Then } from '../proxy.ts'
import { errorOf, heldValue, type Rule, type Trial } from './rule.ts'

/** What a rotation asks first. */
async function reach({ provider, operation }: Trial, context: Context): Promise<unknown> {
  const asked = operation(2)
  if (provider.mint !== undefined) return provider.mint(context, asked)
  return provider.find?.(context, asked) ?? provider.guide?.(context, 'mint', asked, null)
}

const noWay = 'nothing of it goes over a network'

/** Leads the first address through; the others go where they went. */
const leading = (to: { host: string; port: number }) => () => to

export const refusalRules: readonly Rule[] = [
  {
    title: 'settings are refused in words, all at once, and never repeated',
    async kept({ provider, plot }) {
      assert.deepEqual(settingsFaults(provider, plot.settings()), [])
      const required = (provider.settings as { required?: string[] }).required ?? []
      const empty = settingsFaults(provider, {})
      for (const name of required) {
        const isDefaulted =
          'default' in
          ((provider.settings as { properties?: Record<string, object> }).properties?.[name] ?? {})
        if (!isDefaulted)
          assert.ok(
            empty.some(fault => fault.includes(`"${name}" is missing`)),
            `${name}: ${empty}`,
          )
      }
      const misspelt = settingsFaults(provider, { ...plot.settings(), pasword: 'hunter2' })
      assert.equal(misspelt.length, 1)
      assert.match(misspelt[0]!, /"pasword" is not a setting/)
      const wrong = settingsFaults(
        provider,
        Object.fromEntries(Object.keys(plot.settings()).map(name => [name, { hunter: 'hunter2' }])),
      )
      assert.ok(wrong.length > 0)
      for (const fault of [...misspelt, ...wrong]) assert.ok(!fault.includes('hunter2'), fault)
      return null
    },
  },
  {
    title: 'a wrong admin secret is denied, and the error names the secret',
    async kept(trial) {
      const [name] = Object.keys(trial.plot.admin)
      if (name === undefined) return 'it has no admin secret'
      const wrong = `wrong${randomBytes(12).toString('hex')}`
      trial.values.add(wrong)
      const error = await errorOf(
        trial,
        reach(trial, trial.context({ admin: async () => new Secret(wrong) })),
      )
      assert.equal(error.code, 'denied', error.message)
      assert.ok(error.message.includes(name), error.message)
      return null
    },
  },
  {
    title: 'an admin who lacks a right is told which, or where the grants stand',
    async kept(trial) {
      const made = await trial.plot.spoil.powerless?.()
      if (made === undefined) return 'its admin cannot lack a right'
      for (const value of Object.values(made.admin)) trial.values.add(value)
      const context = trial.context({
        settings: { ...trial.plot.settings(), ...made.settings },
        admin: async name => new Secret(made.admin[name] ?? trial.plot.admin[name] ?? 'none'),
      })
      const error = await errorOf(trial, reach(trial, context))
      assert.ok(error.code === 'denied' || error.code === 'rejected', `${error.code}: ${error.message}`)
      assert.match(error.message, /docs\/providers|grant|right|allow|permission|privilege/i)
      return null
    },
  },
  {
    title: 'a target that does not answer is unreachable, for the probe as well',
    async kept(trial) {
      const { provider, plot } = trial
      if (plot.addresses.length === 0) return noWay
      const context = trial.context({}, leading(await deadAddress()))
      const error = await errorOf(trial, reach(trial, context))
      assert.equal(error.code, 'unreachable', error.message)
      const value = new Secret(plot.existing.value)
      const said = await provider.probe?.(context, plot.existing.handle, value).catch(thrown => thrown.code)
      assert.ok(said === undefined || said === 'unreachable', String(said))
      return null
    },
  },
  {
    title: 'a target that hangs is left when the time for the call is over',
    async kept(trial) {
      const { plot } = trial
      if (plot.addresses.length === 0) return noWay
      const standing = await proxy(plot.addresses[0]!, () => 'drop')
      try {
        const began = performance.now()
        const context = trial.context({ signal: AbortSignal.timeout(700) }, leading(standing.address))
        const error = await errorOf(trial, reach(trial, context))
        assert.equal(error.code, 'timeout', error.message)
        assert.ok(performance.now() - began < 5_000, 'it went on long after')
      } finally {
        await standing.close()
      }
      return null
    },
  },
  {
    title: 'a target that dies half-way leaves nothing that the same key does not find or make whole',
    async kept(trial) {
      const { plot, provider } = trial
      if (plot.addresses.length === 0) return noWay
      if (provider.mint === undefined) return 'a person mints'
      const before = await plot.present()
      for (let cutAt = 1, wasCut = true; wasCut && cutAt <= 40; cutAt++) {
        let turns = 0
        wasCut = false
        const standing = await proxy(plot.addresses[0]!, (): Then => {
          if (++turns < cutAt) return 'pass'
          wasCut = true
          return 'cut'
        })
        try {
          const operation = trial.operation(2, `cut-${cutAt}`)
          const context = trial.context({ signal: AbortSignal.timeout(5_000) }, leading(standing.address))
          const call = provider.mint(context, operation)
          const thrown: unknown = await call.then(
            () => null,
            error => error,
          )
          if (thrown !== null) await errorOf(trial, Promise.reject(thrown))
          const minted = await trial.mint(trial.context(), operation)
          const there = (await plot.present()).filter(one => !before.includes(one))
          assert.deepEqual(there, [minted.handle], `cut at turn ${cutAt}`)
          if (operation.secret !== null) {
            assert.equal(await plot.accepts(minted.handle, heldValue(operation, minted).reveal()), true)
          }
          await provider.destroy?.(trial.context(), minted.handle)
        } finally {
          await standing.close()
        }
      }
      return null
    },
  },
  {
    title: 'a login of that name that somebody else made is left alone, and is never taken for ours',
    async kept(trial) {
      const { plot, provider } = trial
      const { occupy } = plot.spoil
      if (occupy === undefined || provider.mint === undefined) return 'names may stand there twice'
      const context = trial.context()
      const operation = trial.operation(2)
      const name = nameOf({ prefix: String(context.settings['prefix']), longest: 1_000 }, context, operation)
      const theirs = randomBytes(18).toString('hex')
      await occupy(name, theirs)
      const error = await errorOf(trial, provider.mint(context, operation))
      assert.equal(error.code, 'rejected', error.message)
      assert.ok(error.message.includes(name), error.message)
      const found = await provider.find?.(context, operation)
      assert.notEqual(found?.is, 'done')
      assert.equal(await plot.accepts(name, theirs), true, 'it was touched')
      return null
    },
  },
  {
    title: 'a name that is too long for the target is refused before the target is asked',
    async kept(trial) {
      if (!('prefix' in trial.plot.settings())) return 'it gives no names'
      const settings = { ...trial.plot.settings(), prefix: `a${'b'.repeat(300)}` }
      assert.ok(settingsFaults(trial.provider, settings).some(fault => fault.includes('"prefix"')))
      const error = await errorOf(trial, reach(trial, trial.context({ settings })))
      assert.equal(error.code, 'rejected')
      assert.match(error.message, /prefix/)
      return null
    },
  },
  {
    title: 'a policy of passwords that refuses ours is named',
    async kept(trial) {
      const undo = await trial.plot.spoil.strict?.()
      if (undo === undefined) return 'no such policy can be set there'
      try {
        const error = await errorOf(trial, reach(trial, trial.context()))
        assert.equal(error.code, 'rejected', error.message)
        assert.match(error.message, /policy|validation/)
      } finally {
        await undo()
      }
      return null
    },
  },
  {
    title: 'no value stands in anything that the target wrote down',
    async kept(trial) {
      const { bed, provider, plot } = trial
      const operation = trial.operation(2)
      const minted = await trial.mint(trial.context(), operation)
      const value = heldValue(operation, minted)
      await provider.probe?.(trial.context(), minted.handle, value)
      await plot.accepts(minted.handle, value.reveal())
      await provider.destroy?.(trial.context(), minted.handle)
      const written = await bed.written()
      if (written === null) return 'the target keeps no log that could be read'
      assert.ok(written.length > 0, 'its log is empty: nothing was looked at')
      for (const one of trial.values) assert.ok(!written.includes(one), 'a value stands there')
      return null
    },
  },
]
