import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { notRun } from './not-run.ts'
import { rules, tryRule } from './rules/rules.ts'
import { crash } from './trial/crash.ts'
import { tried, triedKinds } from './tried.ts'

/** Killed once in every verb; all boundaries take a quarter of an hour: npm run conformance. */
const lives = 1

describe('every provider', { concurrency: 2 }, () => {
  for (const kind of triedKinds) {
    test(`${kind} keeps the rules that concern it, and a killed rotation ends as if nobody had died`, async t => {
      const { provider, openBed } = await tried(kind)
      const bed = await openBed()
      if ('missing' in bed) {
        notRun(`${kind}: ${bed.missing}`)
        return
      }
      t.after(() => bed.close())
      assert.equal(provider.provedAgainst, bed.against)
      const results = []
      for (const rule of rules) results.push(await tryRule(bed, rule))
      assert.deepEqual(
        results.filter(one => one.is === 'broken').map(one => `${one.title}: ${one.why}`),
        [],
      )
      assert.ok(results.some(one => one.is === 'kept'))
      const { boundaries, killed, faults } = await crash(bed, kind, () => undefined, { lives })
      assert.deepEqual(faults, [])
      assert.ok(killed > 0 && killed === boundaries, `killed ${killed} of ${boundaries}`)
    })
  }
})
