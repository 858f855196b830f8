// What every store promises, run on each engine.
import { suite } from 'node:test'
import { acrossRules } from './conformance/across.ts'
import { commitRules } from './conformance/commit.ts'
import { dueRules } from './conformance/due.ts'
import { observeRules } from './conformance/observe.ts'
import { raceRules } from './conformance/race.ts'
import { recordRules } from './conformance/records.ts'
import { restRules, sealRules } from './conformance/rest.ts'
import { type Open, ruleOn } from './conformance/setting.ts'

export type { Open, Opened } from './conformance/setting.ts'

/** `open` gives a fresh store each time; every rule has one of its own. */
export function conformance(name: string, open: Open): void {
  suite(`the store on ${name}`, () => {
    const rule = ruleOn(open)
    commitRules(rule)
    dueRules(rule)
    observeRules(rule)
    sealRules(rule)
    restRules(rule)
    acrossRules(rule)
    recordRules(rule)
    raceRules(rule)
  })
}
