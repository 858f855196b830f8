// How fast a kill is: from the call to the answer of the last of ten thousand connected agents, beside a bare fan-out of the same bytes.
// npm run bench:kill -- [--agents 10000] [--rounds 5] [--only one,load,planes,status] [--json]
// Exit code 1: a limit was missed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureKill } from './kill/measure.ts'
import { measureStatusList } from './kill/status.ts'

const sections = ['status', 'one', 'load', 'planes'] as const
const { values: asked } = parseArgs({
  options: {
    agents: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: sections.join(',') },
    json: { type: 'boolean', default: false },
  },
})
const wanted = asked.only.split(',')
const limits = { one: 1.5, load: 2, planes: 2 } as const

interface Figure {
  name: string
  value: number
  limit: string
  ok: boolean
  beside: Record<string, unknown>
}
const figures: Figure[] = []
const notRun: string[] = []

for (const name of sections) {
  if (!wanted.includes(name)) {
    notRun.push(name)
    continue
  }
  if (name === 'status') {
    for (const one of measureStatusList())
      add(one.name, one.value, `<= ${one.limit} ms, 95 of 100`, one.ok, one.detail)
    continue
  }
  const folder = mkdtempSync(join(tmpdir(), 'rekey-kill-'))
  try {
    const { ratio, ...beside } = await measureKill({
      folder,
      agents: Number(asked.agents),
      rounds: Number(asked.rounds),
      planes: name === 'planes' ? 3 : 1,
      load: name === 'load',
    })
    add(name, ratio, `<= ${limits[name]} of a bare fan-out, p99`, ratio <= limits[name], beside)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
const ok = figures.length > 0 && figures.every(one => one.ok)
if (asked.json) console.log(JSON.stringify({ ok, figures, notRun }, null, 2))
else for (const name of notRun) console.log(`not run ${name}`)
if (!ok) process.exitCode = 1

function add(name: string, value: number, limit: string, isWithin: boolean, beside: object): void {
  figures.push({ name, value: Number(value.toPrecision(3)), limit, ok: isWithin, beside: { ...beside } })
  if (asked.json) return
  console.log(
    `${isWithin ? 'ok    ' : 'MISSED'}  ${name.padEnd(24)} ${value.toFixed(2).padStart(8)}   ${limit}`,
  )
  console.log(JSON.stringify(beside, null, 1))
}
