// Strategies compared on the same seeded fleets. npm run bench:strategies -- [--json] [--fleets 40] [--picture FILE]
// Exit code 1: Rekey failed a job because of a scheduled rotation, or left a consumer with a dead value.
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { commonAssumptions, compare, seedsOf, strategies, units } from '@rekey/simulator'
import { picture } from './strategies/picture.ts'
import { table } from './strategies/table.ts'

const { values: asked } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    fleets: { type: 'string', default: '40' },
    picture: { type: 'string' },
  },
})
const fleets = Number(asked.fleets)
if (!Number.isInteger(fleets) || fleets < 1) {
  console.error(`--fleets ${asked.fleets} is not a whole number of fleets`)
  process.exit(2)
}

const stories: { seed: number; stories: string[] }[] = []
let telling = ''
const rows = await compare(seedsOf(fleets), (strategy, seed, outcome) => {
  if (strategy !== telling) console.error(strategy)
  telling = strategy
  const harmed = outcome.failedJobs + outcome.strandedConsumers > 0
  if (strategy === 'rekey' && harmed) stories.push({ seed, stories: outcome.stories })
})
const ok = stories.length === 0
const hash = createHash('sha256').update(JSON.stringify(rows)).digest('hex').slice(0, 16)
const assumptions = {
  all: commonAssumptions,
  ...Object.fromEntries(
    strategies.map(one => [one.name, [`After ${one.follows}.`, ...one.assumptions] as const]),
  ),
}

if (asked.picture !== undefined) {
  mkdirSync(dirname(asked.picture), { recursive: true })
  writeFileSync(asked.picture, picture(rows, fleets))
  console.error(`drawn to ${asked.picture}`)
}
if (asked.json) {
  console.log(JSON.stringify({ ok, fleets, hash, units, assumptions, rows }, null, 2))
} else {
  console.log(table({ rows, fleets, hash, units, assumptions }))
}
for (const { seed, stories: told } of stories) {
  console.error(`seed ${seed}: Rekey failed somebody\n  ${told.join('\n  ')}`)
}
if (!ok) process.exitCode = 1
