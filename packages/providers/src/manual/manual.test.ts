import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hourMs } from '@rekey/core'
import { completeSettings, settingsFaults } from '../check.ts'
import { aContext } from '../fixtures.ts'
import type { Operation } from '../provider.ts'
import { manual } from './manual.ts'

const operation: Operation = { key: 'k', credential: 'c', version: 3, secret: null, intendedMs: 0 }
const settings = (change: Record<string, unknown> = {}) =>
  completeSettings(manual, { console: 'https://console.example', prefix: 'crm', ...change })
const context = (change?: Record<string, unknown>) => aContext({ settings: settings(change) })

describe('by hand', () => {
  test('every step has something to do, and the name to give bears the operation’s mark', () => {
    for (const verb of manual.abilities.byHand) {
      const { steps } = manual.guide!(context(), verb, operation, 'crm-2')
      assert.equal(steps[0], 'Go to https://console.example.')
      assert.ok(steps.length > 1, verb)
    }
    const { name, steps, asks } = manual.guide!(context(), 'mint', operation, null)
    assert.match(name ?? '', /^crm_v3_0a1b2c3d[0-9a-f]{8}$/)
    assert.ok(steps.some(step => step.includes(name!)))
    assert.deepEqual(asks, ['handle', 'value'])
  })

  test('steps of one’s own take the place of the usual ones, with the names put in', () => {
    const given = context({ steps: { destroy: ['Open ticket for {handle}', 'Wait for the answer'] } })
    assert.deepEqual(manual.guide!(given, 'destroy', operation, 'crm-2').steps.slice(1), [
      'Open ticket for crm-2',
      'Wait for the answer',
    ])
  })

  test('settings say what the target can: hold several values or one, switch off, and how long a person may take', () => {
    const several = manual.abilitiesWith!(settings({ canDisable: true, hours: 4 }))
    assert.ok(several.maxLive > 1 && several.canDisable)
    assert.equal(several.byHandMs, 4 * hourMs)
    const one = manual.abilitiesWith!(settings({ holds: 'one', canDisable: true }))
    assert.equal(one.maxLive, 1)
    // Its one value ends when the next is made: there is nothing to switch off.
    assert.equal(one.canDisable, false)
  })

  test('a step for a verb that does not exist is refused', () => {
    const faults = settingsFaults(manual, { console: 'x', prefix: 'crm', steps: { revoke: ['…'] } })
    assert.deepEqual(faults, ['"steps.revoke" is not a setting: check its spelling'])
  })
})
