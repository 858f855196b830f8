import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { notRun } from './not-run.ts'
import { rules, tryRule } from './rules/rules.ts'
import { crash } from './trial/crash.ts'
import { tried, triedKinds } from './tried.ts'

/** One of each way to speak to a target is killed here, once in every verb. All of them at every boundary: npm run conformance. */
const killed = new Set(['postgres', 'openai', 'exec-python', 'manual'])

describe('every provider', { concurrency: 2 }, () => {
  for (const kind of triedKinds) {
    const also = killed.has(kind) ? ', and a killed rotation ends as if nobody had died' : ''
    test(`${kind} keeps the rules that concern it${also}`, async t => {
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
      if (!killed.has(kind)) return
      const { boundaries, faults, ...account } = await crash(bed, kind, () => undefined, { lives: 1 })
      assert.deepEqual(faults, [])
      assert.ok(boundaries > 0)
      assert.equal(account.killed, boundaries)
    })
  }
})
