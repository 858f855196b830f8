// npm run walk -- --model <atomic|dual|alias|waves> [--store sqlite|postgres|both] [--crash] [--json]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Model, models, span } from '@rekey/core'
import { dropSchema, postgresUrl } from '@rekey/store/fixtures'
import { crashWalk } from './crash.ts'
import { printer } from './print.ts'
import { scenes } from './scenes.ts'
import type { Place } from './stage.ts'
import { walk } from './walk.ts'

const usage = `usage: npm run walk -- --model <${models.join('|')}> [options]

Walks one rotation from plan to proof in virtual time, against a target in memory.

  --store sqlite|postgres|both   where the record is kept (sqlite; PostgreSQL by REKEY_TEST_POSTGRES or its usual address)
  --crash                        kill the process after every event and every call in turn, and compare how each ends
  --json                         the closing account as JSON
`

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      model: { type: 'string', default: 'waves' },
      store: { type: 'string', default: 'sqlite' },
      crash: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      folder: { type: 'string' },
      schema: { type: 'string' },
      'die-at': { type: 'string' },
    },
  })
  const { model } = values
  const stores = values.store === 'both' ? ['sqlite', 'postgres'] : [values.store]
  if (values.help || !isModel(model) || !stores.every(one => one === 'sqlite' || one === 'postgres')) {
    process.stderr.write(usage)
    return values.help ? 0 : 2
  }
  let ok = true
  for (const store of stores) {
    const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'rekey-walk-'))
    const schema = values.schema ?? `rekey_walk_${process.pid}_${Date.now()}`
    const place: Place = { folder, postgres: store === 'postgres' ? { url: postgresUrl, schema } : null }
    try {
      ok = (values.crash ? await crash(model, place, values.json) : await once(model, place, values)) && ok
    } finally {
      if (values.folder === undefined) rmSync(folder, { recursive: true, force: true })
      if (place.postgres !== null && values.schema === undefined) await dropSchema(place.postgres.schema)
    }
  }
  return ok ? 0 : 1
}

function crash(model: Model, place: Place, json: boolean): Promise<boolean> {
  return crashWalk(
    model,
    place,
    line => {
      if (!json) console.log(line)
    },
    {
      tell: account => {
        if (json) console.log(JSON.stringify(account))
      },
    },
  )
}

async function once(
  model: Model,
  place: Place,
  values: { json: boolean; 'die-at'?: string | undefined },
): Promise<boolean> {
  const scene = scenes[model]
  const dieAt = values['die-at'] === undefined ? Number.POSITIVE_INFINITY : Number(values['die-at'])
  const quiet = values.json
  const write = (line: string) => {
    if (!quiet) console.log(line)
  }
  write(`${model} on ${place.postgres === null ? 'SQLite' : 'PostgreSQL'}: ${scene.title}\n`)
  let points = 0
  const walked = await walk({
    place,
    scene,
    journal: (nowMs, startMs) => printer(write, nowMs, startMs, process.stdout.isTTY === true),
    point: () => {
      if (++points === dieAt) dieNow()
    },
  })
  const { final } = walked
  const ok = final.ending === 'completed' && final.orphans === 0 && final.log === 'verified'
  if (quiet) console.log(JSON.stringify({ model, points, ...walked, ok }))
  else {
    write('')
    write(
      `ended      ${final.ending} after ${span(walked.virtualMs)} of virtual time, ${walked.events} events, ${points} crash points`,
    )
    write(
      `versions   ${final.versions.join(', ')}; at the target: ${final.target.join(', ')}; orphans: ${final.orphans}`,
    )
    write(`refused    retirement was refused ${walked.refusedRetirements} time(s) before it was allowed`)
    write(`work       ${walked.failedWork} piece(s) of work failed for want of a valid credential`)
    write(`log        ${final.log}`)
  }
  return ok
}

/** As SIGKILL from outside: nothing is flushed, nothing is closed. */
function dieNow(): never {
  process.kill(process.pid, 'SIGKILL')
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000)
}

const isModel = (text: string): text is Model => (models as readonly string[]).includes(text)

process.exitCode = await main()
