// A rotation at each real server while fifty workers work without pause.
// npm run bench:load -- [--json] [--only A,B] [--careless: the usual way, which fails]
// Exit code 1: an operation failed, a session of the old version was left, too little was done, or a server is missing.
import { parseArgs } from 'node:util'
import { tried } from '@rekey/conformance'
import { rotateCarelessly } from './load/careless.ts'
import { openers, type ServerName } from './load/pools.ts'
import { type Loaded, rotateUnderLoad } from './load/rotation.ts'

const fewest = 10_000
const names = Object.keys(openers) as ServerName[]

type Row = {
  server: string
  workers: number
  oldSessionsLeft: number
  oldValueRefused: boolean
  ok: boolean
} & (Loaded | { missing: string })

const { values: asked } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: names.join(',') },
    careless: { type: 'boolean', default: false },
  },
})
const servers = asked.only.split(',')
const unknown = servers.filter(one => !(names as string[]).includes(one))
if (unknown.length > 0) {
  console.error(`there is no ${unknown.join(', ')}; there are ${names.join(', ')}`)
  process.exit(2)
}

const rows: Row[] = []
for (const server of servers as ServerName[]) {
  const row = await measure(server)
  rows.push(row)
  if (!asked.json) print(row)
}
const ok = rows.every(row => row.ok)
if (asked.json) console.log(JSON.stringify({ ok, servers: rows }, null, 2))
if (!ok) process.exitCode = 1

async function measure(server: ServerName): Promise<Row> {
  const base = { server, workers: 50, oldSessionsLeft: -1, oldValueRefused: false, ok: false }
  const bed = await (await tried(server)).openBed()
  if ('missing' in bed) return { ...base, missing: bed.missing }
  try {
    const plot = await bed.plot(`ld${process.pid % 10_000}`)
    if (plot.work === undefined || plot.openSessions === undefined)
      throw new Error(`nobody can work at ${server}`)
    const rotate = asked.careless ? rotateCarelessly : rotateUnderLoad
    const loaded = await rotate(bed, plot, { ...plot.work, server, as: 'worker' })
    const { handle, value } = plot.existing
    const oldSessionsLeft = await plot.openSessions(handle)
    const oldValueRefused = !(await plot.accepts(handle, value))
    const isClean = loaded.failed === 0 && loaded.deadUses === 0 && oldSessionsLeft === 0 && oldValueRefused
    const isWhole = loaded.ending === 'completed' && loaded.operations > fewest
    return { ...base, ...loaded, oldSessionsLeft, oldValueRefused, ok: isClean && isWhole }
  } finally {
    await bed.close()
  }
}

function print(row: Row): void {
  if ('missing' in row) {
    console.log(`NOT RUN ${row.server}: ${row.missing}`)
    return
  }
  const { server, operations, failed, deadUses, oldSessionsLeft, perSecond, seconds, ending, why } = row
  console.log(
    `${row.ok ? 'ok    ' : 'FAILED'} ${server.padEnd(10)} ${operations} operations (${perSecond}/s), ${failed} failed, ${deadUses} with a dead value, ${oldSessionsLeft} old sessions left; ${ending} after ${seconds.toFixed(0)} s`,
  )
  if (why !== null) console.log(`       ${why}`)
}
