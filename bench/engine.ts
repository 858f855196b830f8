// The engine's figures, measured. npm run bench:engine -- [--json] [--quick] [--only tick,ingest]
// Exit code 1: a limit is missed, or something could not be measured.
import { cpus, totalmem } from 'node:os'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import type { Figure } from './engine/figure.ts'
import { openPlace } from './engine/place.ts'
import { type Bench, largeOnce, quick, real, sections } from './engine/sections.ts'

const { values: asked } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
})
const chosen = asked.only?.split(',') ?? Object.keys(sections)
const unknown = chosen.filter(name => !(name in sections))
if (unknown.length > 0) {
  console.error(`there is no section ${unknown.join(', ')}; there are ${Object.keys(sections).join(', ')}`)
  process.exit(2)
}

const machine = {
  cpus: cpus().length,
  node: process.version,
  memoryGb: Math.round(totalmem() / 1_000_000_000),
}
const figures: Figure[] = []
const notRun = Object.keys(sections)
  .filter(name => !chosen.includes(name))
  .map(name => `${name}: not asked for`)
const startedMs = performance.now()
const say = (text: string) =>
  console.error(`${String(Math.round((performance.now() - startedMs) / 1_000)).padStart(4)} s  ${text}`)

const place = await openPlace()
try {
  const partly = { place, sizes: asked.quick ? quick : real, say }
  const bench: Bench = { ...partly, large: largeOnce(partly) }
  for (const [name, section] of Object.entries(sections)) {
    if (!chosen.includes(name)) continue
    say(name)
    try {
      const measured = await section(bench)
      figures.push(...measured.figures)
      notRun.push(...measured.notRun)
    } catch (error) {
      // What was measured before, and what comes after, is worth having all the same.
      notRun.push(`${name}: ${String(error).split('\n')[0]}`)
    }
  }
} finally {
  await place.close()
}
say('done')

const ok = figures.every(figure => figure.ok) && notRun.every(text => text.endsWith('not asked for'))
if (asked.json) {
  // Small sizes give other numbers: whoever reads the object must be able to tell.
  console.log(JSON.stringify({ machine, ...(asked.quick && { quick: true }), figures, notRun, ok }, null, 2))
} else {
  print()
}
if (!ok) process.exitCode = 1

function print(): void {
  console.log(`\n${machine.cpus} cores, ${machine.memoryGb} GB, Node ${machine.node}`)
  if (asked.quick) console.log('a quick run with small sizes: these are not the figures of the project')
  for (const { name, value, unit, limit, better, ok, detail } of figures) {
    const bound = `${better === 'lower' ? '≤' : '≥'} ${limit}`
    console.log(`\n${ok ? 'ok    ' : 'MISSED'} ${name.padEnd(26)} ${value} ${unit} (${bound})`)
    for (const [key, said] of Object.entries(detail)) console.log(`         ${key}: ${shown(said)}`)
  }
  for (const text of notRun) console.log(`\nnot run: ${text}`)
}

function shown(said: unknown): string {
  if (typeof said !== 'object' || said === null) return String(said)
  if (Array.isArray(said)) return said.join(' and ')
  return Object.entries(said)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ')
}
