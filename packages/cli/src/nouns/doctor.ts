// rekey doctor: everything between here and the control plane, from where whoever types this stands.
import type { Talk } from '../call.ts'
import type { Finding } from '../doctor/finding.ts'
import { skipped } from '../doctor/finding.ts'
import {
  addressFinding,
  agentFindings,
  nodeFinding,
  providersFinding,
  sessionFinding,
} from '../doctor/here.ts'
import {
  clockFinding,
  liveFinding,
  personFinding,
  readyFinding,
  rightsFinding,
  streamFinding,
  versionFinding,
} from '../doctor/there.ts'
import { connectFinding, nameFinding, tlsFinding } from '../doctor/way.ts'
import { exitCodes } from '../exit.ts'
import type { Connection } from '../plane/connection.ts'
import { type Block, blank, line } from '../show/blocks.ts'
import { progressOn } from '../show/progress.ts'
import { listed } from '../show/table.ts'
import { bad, good, quiet, type Toned, warn } from '../show/words.ts'
import { verb } from '../verb.ts'

export const doctor = verb({
  name: 'doctor',
  summary: 'try everything between here and the control plane',
  text: 'Changes nothing. Ends with 1 when something fails, with 0 when it is only warned of.',
  examples: ['doctor', 'doctor --json'],
  async run(call) {
    const progress = progressOn(call.io.err, call.io.err.isTerminal && !call.options.json, call.io.nowMs)
    const findings: Finding[] = []
    for await (const finding of examined(call)) {
      findings.push(finding)
      progress.say(`${findings.length} looked at …`)
    }
    progress.end()
    const isWell = findings.every(one => one.state !== 'fail')
    call.show({ ok: isWell, findings }, () => blocks(findings))
    return isWell ? 0 : exitCodes.failed
  },
})

/** What rests on something that failed is not tried. */
async function* examined(call: Talk): AsyncGenerator<Finding> {
  const { environment } = call.io
  yield nodeFinding(process.version)
  yield sessionFinding(environment)
  const { connection, finding } = addressFinding(environment)
  yield finding
  if (connection === null) yield* rest(['name', 'connection', 'TLS', ...asked])
  else yield* way(call, connection)
  yield* agentFindings(environment)
}

const asked = ['lives', 'ready', 'version', 'clock', 'signed in', 'rights', 'stream', 'providers']

function* rest(checks: readonly string[]): Generator<Finding> {
  for (const check of checks) yield skipped(check, 'Not tried.')
}

async function* way(call: Talk, connection: Connection): AsyncGenerator<Finding> {
  const { url } = connection
  const name = await nameFinding(url)
  yield name
  if (name.state === 'fail') return yield* rest(['connection', 'TLS', ...asked])
  const connected = await connectFinding(url)
  yield connected
  if (connected.state === 'fail') return yield* rest(['TLS', ...asked])
  const tls = await tlsFinding(url, call.io.nowMs())
  yield tls
  if (tls.state === 'fail') return yield* rest(asked)
  const plane = call.planeAs(connection)
  const live = await liveFinding(plane)
  yield live
  if (live.state === 'fail') return yield* rest(asked.slice(1))
  yield await readyFinding(plane)
  yield await versionFinding(plane)
  yield clockFinding(plane)
  const person = await personFinding(call, plane)
  yield person.finding
  yield rightsFinding(person.value?.roles ?? null)
  yield await streamFinding(plane)
  if (person.value === null) return yield skipped('providers', 'Nobody is signed in.')
  const kinds = await plane.ask('providers.list').then(
    ({ items }) => items.map(one => one.kind),
    () => null,
  )
  yield kinds === null
    ? skipped('providers', 'They may not be listed.')
    : providersFinding(call.io.environment, process.cwd(), kinds)
}

const states: Record<Finding['state'], Toned> = {
  ok: good('ok'),
  warn: warn('warn'),
  fail: bad('fail'),
  skip: quiet('skip'),
}

function blocks(findings: readonly Finding[]): Block[] {
  const count = (state: Finding['state']) => findings.filter(one => one.state === state).length
  const [failing, warning] = [count('fail'), count('warn')]
  const sum =
    failing > 0
      ? bad(`${failing} of ${findings.length} fail.`)
      : warning > 0
        ? warn(`It works; ${warning} of ${findings.length} are warned of.`)
        : good('Everything is well.')
  return [
    listed(findings, [
      { cell: one => states[one.state] },
      { cell: one => one.check },
      {
        cell: one => ({
          lines: [
            one.state === 'skip' ? quiet(one.text) : one.text,
            ...(one.how === '' ? [] : [quiet(`→ ${one.how}`)]),
          ],
        }),
        least: 30,
      },
    ]),
    blank,
    line(sum),
  ]
}
