// npm run simulate: many seeds, one seed again, or every mutant.
import { parseArgs } from 'node:util'
import { mutantNamed } from './mutants/mutants.ts'
import { printMutants, runMutants, runOne } from './mutants/run.ts'
import { account, runSeeds } from './seeds.ts'
import { shrink, story } from './shrink.ts'
import { type SimulateOptions, simulate } from './simulate.ts'
import { firstRoughSeed } from './world.ts'

const usage = `npm run simulate -- [options]
  --seeds N      that many seeds (default 500), from --from (default 1; from 1000000 on worlds are rough)
  --minutes M    for that long, from a seed taken from the clock: for a nightly run, in rough worlds
  --seed N       one seed: prints its trace hash; a failing one is shrunk and told as a story
  --only A,B     with --seed: only these faults strike
  --rotations R  with --seed: no more than so many rotations
  --trace        with --seed: every line of what happened
  --kills        versions are killed in the middle of everything (docs/kill.md); with --seeds, --minutes and --seed
  --mutants      switches deliberate bugs of the engine on, one at a time: each must be found
  --json         one JSON document`

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      from: { type: 'string' },
      minutes: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string' },
      rotations: { type: 'string' },
      trace: { type: 'boolean' },
      kills: { type: 'boolean' },
      mutants: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const json = values.json === true
  const kills = values.kills === true
  if (values.mutants) return mutants(json)
  if (values.seed !== undefined) {
    const asked: SimulateOptions = {
      kills,
      ...(values.only !== undefined && { only: new Set(values.only.split(',').filter(Boolean)) }),
      ...(values.rotations !== undefined && { rotations: whole('rotations', values.rotations) }),
    }
    return oneSeed(whole('seed', values.seed), asked, values.trace === true, json)
  }
  for (const name of ['only', 'trace', 'rotations'] as const) {
    if (values[name] !== undefined) throw new TypeError(`--${name} goes with --seed`)
  }
  if (values.minutes !== undefined) {
    const from = values.from === undefined ? Math.floor(Date.now() / 1_000) : whole('from', values.from)
    return manySeeds(from, Number.MAX_SAFE_INTEGER, 60 * whole('minutes', values.minutes), kills, json)
  }
  const [from, seeds] = [whole('from', values.from ?? '1'), whole('seeds', values.seeds ?? '500')]
  return manySeeds(from, seeds, undefined, kills, json)
}

function whole(name: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new TypeError(`--${name} takes a whole number, not "${text}"`)
  return Number(text)
}

async function manySeeds(
  from: number,
  seeds: number,
  seconds: number | undefined,
  kills: boolean,
  json: boolean,
): Promise<number> {
  const run = await runSeeds({
    from,
    seeds,
    kills,
    ...(seconds !== undefined && { seconds }),
    told(done, failing) {
      if (!json && process.stdout.isTTY) process.stdout.write(`\r${done} seeds, ${failing} failing`)
    },
  })
  const told = account(run)
  if (json) console.log(JSON.stringify(told, null, 2))
  else {
    if (process.stdout.isTTY) process.stdout.write('\r\u001b[K')
    console.log(
      `${told.seeds} seeds from ${from}: ${told.rotations} rotations in ${told.virtualDays} virtual days`,
    )
    for (const [name, count] of Object.entries(told.outcomes))
      console.log(`  ${String(count).padStart(7)}  ${name}`)
    const faults = Object.values(told.faults).reduce((sum, count) => sum + count, 0)
    console.log(`  ${String(faults).padStart(7)}  faults of ${Object.keys(told.faults).length} kinds`)
    console.log(`  ${String(told.crashes).padStart(7)}  crashes at ${told.reached.crashPoints} places`)
    if (told.kills !== undefined) {
      const places = Object.keys(told.kills).filter(name => name.startsWith('at '))
      const killed = told.kills['versions killed'] ?? 0
      console.log(`  ${String(killed).padStart(7)}  versions killed at ${places.length} places`)
    }
    console.log(`  ${told.rotationsPerSecond} rotations a second`)
    console.log(
      `reached ${told.reached.pairs} pairs of state and command; not reached: ${told.unreached.length}`,
    )
    for (const name of told.unreached.slice(0, 20)) console.log(`  ${name}`)
    console.log(told.violations === 0 ? 'no invariant was broken' : `BROKEN: ${told.violations}`)
  }
  for (const failing of run.failing.slice(0, 3)) {
    for (const { invariant, text } of failing.violations)
      console.error(`seed ${failing.seed}: ${invariant}: ${text}`)
    console.error(`  again: npm run simulate -- ${kills ? '--kills ' : ''}--seed ${failing.seed}`)
  }
  return told.ok ? 0 : 1
}

async function oneSeed(seed: number, asked: SimulateOptions, trace: boolean, json: boolean): Promise<number> {
  const one = await simulate(seed, { ...asked, keep: true })
  const again = await simulate(seed, asked)
  const same = one.hash === again.hash
  const small = one.violations.length > 0 && asked.only === undefined ? await shrink(one, asked.kills) : null
  if (json) {
    const { lines, coverage: _, ...told } = one
    console.log(
      JSON.stringify(
        { ...told, again: again.hash, same, shrunk: small?.faults ?? null, lines: trace ? lines : [] },
        null,
        2,
      ),
    )
  } else {
    if (trace) for (const line of one.lines) console.log(line)
    console.log(`seed ${seed}: ${one.rotations} rotations, ${one.steps} steps, ${one.faults.length} faults`)
    console.log(`trace ${one.hash}`)
    console.log(`again ${again.hash}${same ? '' : '  NOT THE SAME: the simulation is not deterministic'}`)
    for (const { invariant, text } of one.violations) console.log(`BROKEN ${invariant}: ${text}`)
    if (small !== null) {
      console.log(
        `\nThe same with ${small.faults.length} of ${one.faults.length} faults (${small.runs} runs):`,
      )
      for (const line of story(small.last.lines)) console.log(`  ${line}`)
      const only = small.faults.join(',') || 'none'
      console.log(
        `\nagain: npm run simulate -- ${asked.kills ? '--kills ' : ''}--seed ${seed} --rotations ${small.rotations} --only ${only}`,
      )
    }
  }
  return same && one.violations.length === 0 ? 0 : 1
}

async function mutants(json: boolean): Promise<number> {
  const options = { firstSeed: firstRoughSeed, seeds: 1_000, parallel: 2, seconds: 600 }
  const result = await runMutants({
    ...options,
    onResult(one) {
      if (json) return
      const after = one.killed ? ` after ${one.seeds}` : ''
      console.log(`${one.killed ? 'killed  ' : 'SURVIVED'}  ${one.name}${after}`)
    },
  })
  // What the engine breaks by itself says nothing about a mutant.
  const isInKills = (name: string) => mutantNamed(name).caughtBy === 'kill'
  const most = (isMeant: (name: string) => boolean) =>
    Math.max(0, ...result.results.map(one => (one.killed && isMeant(one.name) ? one.seeds : 0)))
  const bare = (name: string, seeds: number) => runOne(name, { ...options, seeds, seconds: 600 })
  const engines = [
    await bare(
      'none',
      most(name => !isInKills(name)),
    ),
    await bare('none-with-kills', most(isInKills)),
  ]
  if (json) console.log(JSON.stringify({ ...result, engines }, null, 2))
  else {
    console.log(printMutants(result))
    for (const engine of engines) {
      console.log(
        engine.killed
          ? `The engine as it is fails at seed ${engine.seed}: ${engine.text}`
          : `The engine as it is passes the same ${engine.seeds} seeds${engine.name === 'none' ? '' : ', with kills'}.`,
      )
    }
  }
  return result.killed === result.total && engines.every(one => !one.killed) ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  console.error(usage)
  process.exitCode = 2
}
