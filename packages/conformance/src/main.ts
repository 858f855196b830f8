// npm run conformance -- [--all | --only KIND,…] [--lives N] [--json]
// Every provider against its target: the rules, and a rotation that is killed at every boundary of every verb.
import { parseArgs } from 'node:util'
import { rules, tryRule } from './rules/rules.ts'
import { crash } from './trial/crash.ts'
import { tried, triedKinds } from './tried.ts'

const usage = `usage: npm run conformance -- [options]

  --all          every provider (the default)
  --only A,B     only these: ${triedKinds.join(', ')}
  --lives N      at most N lives, each killed once in every verb; the row says how many boundaries that were
  --rules-only   the rules, and no kills
  --json         one JSON document, a row a provider

Exit code 1: a rule is broken, something was left behind or shown, or a target was missing.
`

interface Row {
  kind: string
  name: string
  against: 'server' | 'contract' | 'missing'
  rules: { kept: number; broken: number; notTried: number }
  boundaries: number
  killed: number
  orphans: number
  leaks: number
  seconds: number
  ok: boolean
  faults: string[]
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      all: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      lives: { type: 'string', default: 'all' },
      'rules-only': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const kinds = values.only === '' ? triedKinds : values.only.split(',')
  const lives = values.lives === 'all' ? Number.POSITIVE_INFINITY : Number(values.lives)
  const unknown = kinds.filter(kind => !triedKinds.includes(kind))
  if (values.help || unknown.length > 0 || !(lives >= 1)) {
    if (unknown.length > 0) process.stderr.write(`there is no ${unknown.join(', ')}\n`)
    process.stderr.write(usage)
    return values.help ? 0 : 2
  }
  const say = (line: string) => process.stderr.write(`${line}\n`)
  const rows: Row[] = []
  for (const kind of kinds) {
    const row = await tryKind(kind, lives, values['rules-only'], say)
    rows.push(row)
    if (!values.json) print(row)
  }
  const ok = rows.every(row => row.ok)
  if (values.json) console.log(JSON.stringify({ ok, providers: rows }, null, 2))
  return ok ? 0 : 1
}

async function tryKind(
  name: string,
  lives: number,
  rulesOnly: boolean,
  say: (line: string) => void,
): Promise<Row> {
  const began = performance.now()
  const { provider, kind, openBed } = await tried(name)
  const row: Row = {
    kind: kind ?? provider.kind,
    name,
    against: 'missing',
    rules: { kept: 0, broken: 0, notTried: 0 },
    boundaries: 0,
    killed: 0,
    orphans: 0,
    leaks: 0,
    seconds: 0,
    ok: false,
    faults: [],
  }
  const bed = await openBed()
  if ('missing' in bed) return { ...row, faults: [`not run: ${bed.missing}`] }
  // Whoever is interrupted takes the servers along that he started.
  const leave = () => void bed.close().finally(() => process.exit(130))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, leave)
  row.against = bed.against
  if (provider.provedAgainst !== bed.against) {
    row.faults.push(
      `it says that it is proved against ${provider.provedAgainst}, and is tried against ${bed.against}`,
    )
  }
  try {
    for (const rule of rules) {
      const { is, why } = await tryRule(bed, rule)
      if (is === 'kept') row.rules.kept++
      else if (is === 'not-tried') row.rules.notTried++
      else row.rules.broken++
      if (is !== 'kept') say(`${name}: ${is}: ${rule.title}: ${why}`)
      if (is === 'broken') row.faults.push(`${rule.title}: ${why}`)
    }
    if (!rulesOnly) {
      const { faults, ...counts } = await crash(bed, name, say, { lives })
      Object.assign(row, counts)
      row.faults.push(...faults)
      if (counts.killed < counts.boundaries) {
        say(`${name}: ${counts.boundaries - counts.killed} were over before their boundary came`)
      }
    }
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, leave)
    await bed.close()
  }
  row.seconds = Math.round((performance.now() - began) / 1_000)
  row.ok = row.faults.length === 0 && row.orphans === 0 && row.leaks === 0 && row.rules.kept > 0
  return row
}

function print(row: Row): void {
  const { kept, broken, notTried } = row.rules
  console.log(
    `${row.ok ? 'ok    ' : 'FAILED'} ${row.name.padEnd(20)} ${row.against.padEnd(9)} rules ${kept} kept, ${broken} broken, ${notTried} do not concern it; killed ${row.killed} of ${row.boundaries}; orphans ${row.orphans}; leaks ${row.leaks}; ${row.seconds} s`,
  )
  for (const fault of row.faults) console.log(`       ${fault}`)
}

process.exitCode = await main()
