// A fleet of real processes on real PostgreSQL, Redis and RabbitMQ credentials works without pause while all three are rotated
// in waves, from plan to proof of death.
// npm run e2e:fleet -- [--json] [--planes 3 --kills 20] [--only postgres,redis,rabbitmq]
// With several control planes they share PostgreSQL behind a balancer, and one is killed at a random moment of each rotation.
// Exit code 1: a job failed, a rotation did not end, or the old version was not refused.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { agentFor, type Person } from '@rekey/demo'
import { credentialOf, type Member, members, policy, type TargetName } from './fleet/consumers.ts'
import { startPlanes } from './fleet/planes.ts'
import { type Counted, startFleet } from './fleet/processes.ts'
import { rotate, type Watched } from './fleet/rotation.ts'
import { openTargets, type Target } from './fleet/targets.ts'

const { values: asked } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    planes: { type: 'string', default: '1' },
    kills: { type: 'string', default: '0' },
    only: { type: 'string', default: 'postgres,redis,rabbitmq' },
    verbose: { type: 'boolean', default: false },
  },
})
const kills = Number(asked.kills)
const names = asked.only.split(',') as TargetName[]
const present = members.filter(one => names.includes(one.target))
const longestMs = 90_000
/** The load before the first rotation and after the last one. */
const aroundMs = 4_000
const say = (text: string) => asked.json || console.log(text)

const folder = mkdtempSync(join(tmpdir(), 'rekey-fleet-'))
const adminFolder = join(folder, 'admin')
const targets = await openTargets(names, adminFolder)
const planes = await startPlanes({ folder, adminFolder, many: Number(asked.planes) }).catch(async error => {
  await targets.close()
  throw error
})
let code = 1
try {
  code = await run()
} catch (error) {
  console.error((error as Error).message)
  if (asked.verbose) console.error(planes.output().slice(-6_000))
} finally {
  await planes.stop()
  await targets.close()
  rmSync(folder, { recursive: true, force: true })
}
process.exit(code)

async function run(): Promise<number> {
  const joins = new Map<string, string>()
  const { person } = planes
  for (const target of targets.all.values()) await register(person, target)
  for (const { id, target } of present) joins.set(id, await agentFor(person, credentialOf(target), id))
  const fleet = startFleet(present, {
    address: planes.address,
    joins,
    targets: targets.all,
    credentialOf: member => credentialOf(member.target),
  })
  const rounds: Record<string, Watched>[] = []
  let killed = 0
  let isRefused = true
  try {
    await pause(aroundMs)
    for (let round = 0; round < Math.max(1, kills); round++) {
      const before = new Map<TargetName, { handle: string; value: string }>()
      for (const name of names) before.set(name, await current(person, name))
      let killing: Promise<unknown> = Promise.resolve()
      const watched = await Promise.all(
        names.map(name =>
          rotate({
            person,
            credential: credentialOf(name),
            reason: `round ${round + 1}`,
            longestMs,
            exercise: () => exercise(name, fleet.runByHand),
            begun: () => {
              if (kills === 0 || name !== names[0]) return
              killing = pause(Math.random() * 20_000)
                .then(() => planes.killOne(Math.random()))
                .then(at => {
                  if (at >= 0) killed++
                })
            },
          }),
        ),
      )
      await killing
      await planes.settled()
      rounds.push(Object.fromEntries(names.map((name, at) => [name, watched[at]!])))
      for (const [name, { handle, value }] of before) {
        if (await targets.all.get(name)!.plot.accepts(handle, value)) isRefused = false
      }
      say(
        `round ${round + 1}: ${watched.map((one, at) => `${names[at]} ${one.ending} in ${Math.round(one.tookMs / 1_000)} s`).join(', ')}; failed jobs ${failedOf(fleet.counted())}`,
      )
    }
    await pause(aroundMs)
  } catch (error) {
    console.error(JSON.stringify(fleet.counted(), null, 1))
    throw error
  } finally {
    await fleet.stop()
  }
  const counted = fleet.counted()
  const uses = await reported(person)
  const log = await planes.verified()
  return report(rounds, counted, { killed, isRefused, uses, log })
}

/** Of those that do one piece of work in each of their lives: every one of them must have reached the record. */
async function reported(person: Person): Promise<Record<string, number>> {
  const uses: Record<string, number> = {}
  for (const { id, target } of present) {
    if (id !== 'cron' && id !== 'replay') continue
    const path = `/credentials/${credentialOf(target)}/uses?fromMs=0&toMs=${Date.now() + 600_000}&consumer=${id}`
    const { items } = await person.ask<{
      items: { source: string; says: string; outcome: string; count: number }[]
    }>('GET', path)
    const own = items.filter(
      one => one.source.startsWith('agent/') && one.says === 'used' && one.outcome === 'success',
    )
    uses[id] = own.reduce((sum, one) => sum + one.count, 0)
  }
  return uses
}

interface Found {
  killed: number
  isRefused: boolean
  uses: Record<string, number>
  log: string
}

function report(rounds: Record<string, Watched>[], counted: Record<string, Counted>, found: Found): number {
  const { killed, isRefused: oldVersionRefused, uses, log } = found
  const isNothingLost =
    Object.entries(uses).every(([id, count]) => count === counted[id]?.done) && log.startsWith('verified')
  const all = rounds.flatMap(one => Object.values(one))
  const last = rounds.at(-1) ?? {}
  const rows = Object.values(last).flatMap(one => one.rows)
  const failedJobs = failedOf(counted)
  const gated = Object.values(last).filter(one => one.refusals['rarePaths'] !== undefined)
  const isWhole = all.every(one => one.ending === 'completed')
  const isExercised = gated.every(one => one.refusedBeforeExercise > 0 && one.acceptedAfterExercise)
  const ok =
    failedJobs === 0 &&
    isWhole &&
    oldVersionRefused &&
    isExercised &&
    killed >= kills &&
    Object.values(counted).every(one => one.done > 0)
  const whole = {
    ok,
    rotations: all.length,
    ended: all.filter(one => one.ending === 'completed').length,
    controlPlanes: Number(asked.planes),
    killed,
    jobs: Object.values(counted).reduce((sum, one) => sum + one.done, 0),
    failedJobs,
    oldVersionRefused,
    nothingLost: isNothingLost,
    usesReported: uses,
    log,
    consumers: Object.fromEntries(
      rows.map(({ consumer, lastOldUseMs, firstNewSuccessMs, propagationMs }) => [
        consumer,
        {
          ...counted[consumer],
          lastOldUse: iso(lastOldUseMs),
          firstNewSuccess: iso(firstNewSuccessMs),
          propagationMs,
        },
      ]),
    ),
    propagationMs: Object.fromEntries(rows.map(one => [one.consumer, one.propagationMs])),
    waves: Object.fromEntries(
      Object.entries(last).map(([name, one]) => [name, one.waves.map(wave => wave.consumers)]),
    ),
    gateRefusals: Object.fromEntries(Object.entries(last).map(([name, one]) => [name, one.refusals])),
    secondsEach: all.map(one => Math.round(one.tookMs / 1_000)),
  }
  console.log(JSON.stringify(whole, null, 2))
  return ok ? 0 : 1
}

async function register(person: Person, { name, provider, settings, plot }: Target): Promise<void> {
  await person.ask('POST', '/credentials', {
    id: credentialOf(name),
    credential: {
      name: `Fleet ${name}`,
      kind: 'database',
      provider,
      settings,
      target: name,
      environment: 'production',
      owner: { id: 'team-platform', name: 'Platform team' },
      policy,
    },
    consumers: present.filter(one => one.target === name).map(({ id, consumer }) => ({ id, ...consumer })),
    existing: plot.existing,
  })
}

/** What the target accepts now, for the proof afterwards that it does not any more. */
async function current(person: Person, name: TargetName): Promise<{ handle: string; value: string }> {
  const id = credentialOf(name)
  const { currentVersion } = await person.ask<{ currentVersion: number }>('GET', `/credentials/${id}`)
  const { items } = await person.ask<{ items: { number: number; handle: string }[] }>(
    'GET',
    `/credentials/${id}/versions`,
  )
  const { value } = await person.ask<{ value: string }>(
    'POST',
    `/credentials/${id}/versions/${currentVersion}/reveal`,
    {
      reason: 'to try it once it is dead',
    },
  )
  return { handle: items.find(one => one.number === currentVersion)?.handle ?? '', value }
}

async function exercise(name: TargetName, runByHand: (member: Member) => Promise<void>): Promise<void> {
  for (const member of present)
    if (member.target === name && member.runs === 'by-hand') await runByHand(member)
}

function failedOf(counted: Record<string, Counted>): number {
  return Object.values(counted).reduce((sum, one) => sum + one.failed, 0)
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
