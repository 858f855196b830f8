// A kill of everything in an environment, while real processes work on real PostgreSQL and Redis without pause: once with everybody
// connected, and once with a third of them cut off.
// npm run e2e:kill -- [--json] [--verbose]
// Exit code 1: a killed version was used after it, somebody did not confirm or come back, or the wrong ones were named.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type ControlPlane, freePort, type Person, setUp, startControlPlane } from '@rekey/demo'
import type { KillView } from '@rekey/wire'
import { openTargets } from './fleet/targets.ts'
import { type Crew, credentialOf, type Hand, register, startCrew } from './kill/crew.ts'
import { wayTo } from './kill/cuttable.ts'

const { values: asked } = parseArgs({
  options: { json: { type: 'boolean', default: false }, verbose: { type: 'boolean', default: false } },
})
const say = (text: string) => asked.json || console.log(text)
const now = () => performance.timeOrigin + performance.now()
const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))
const withinMs = 60_000
const targetNames = ['postgres', 'redis'] as const
/** A process of the machine's own scheduler may be that late in being told; what is later was not stopped by the order. */
const mostUseAfterMs = 2_000

const folder = mkdtempSync(join(tmpdir(), 'rekey-kill-'))
const adminFolder = join(folder, 'admin')
const targets = await openTargets([...targetNames], adminFolder)
const port = await freePort()
const way = await wayTo(port)
let plane: ControlPlane | null = null
let code = 1
try {
  plane = await startControlPlane({
    REKEY_STORE: join(folder, 'rekey.db'),
    REKEY_ADMIN_FOLDER: adminFolder,
    REKEY_PROVIDERS_FOLDER: join(folder, 'providers'),
    REKEY_SPOOL: join(folder, 'spool'),
    REKEY_TICK_MS: '100',
    REKEY_PORT: String(port),
    REKEY_URL: `http://127.0.0.1:${port},${way.address}`,
  })
  code = await run(plane)
} catch (error) {
  console.error((error as Error).stack)
  if (asked.verbose) console.error(plane?.output().slice(-6_000))
} finally {
  await plane?.stop()
  await way.close()
  await targets.close()
  rmSync(folder, { recursive: true, force: true })
}
process.exit(code)

async function run({ address }: ControlPlane): Promise<number> {
  const person = await setUp(plane!)
  for (const target of targets.all.values()) await register(person, target)
  const crew = await startCrew(person, targets.all, { whole: address, cuttable: way.address })
  try {
    await until('everybody works', () => crew.hands.every(one => one.seen.done > 20)).catch(error => {
      console.error(JSON.stringify(crew.hands, null, 1).slice(0, 6_000))
      throw error
    })
    const whole = await killed(person, crew, 'everybody is connected')
    await until('the rotations have ended', () => rested(person))
    way.cut()
    await pause(500)
    const partial = await killed(person, crew, 'a third is cut off', {
      cutOff: crew.hands.filter(one => one.isCuttable),
      mend: () => way.mend(),
    })
    const { unconfirmed, ...rest } = whole
    const ok = whole.ok && partial.ok
    const {
      lastUseAfterKillMs,
      providerRefusedAfterMs,
      failedAfterResume,
      newVersionServing,
      answeredMs,
      resumedAfterMs,
    } = rest
    const figures = {
      ok,
      lastUseAfterKillMs,
      providerRefusedAfterMs,
      unconfirmed,
      newVersionServing,
      failedAfterResume,
      answeredMs,
      resumedAfterMs,
      processes: crew.hands.length,
      jobs: crew.hands.reduce((sum, one) => sum + one.seen.done, 0),
      steps: rest.steps,
      aThirdCutOff: partial,
      byHand: rest.byHand,
    }
    console.log(JSON.stringify(figures, null, 2))
    return ok ? 0 : 1
  } finally {
    await crew.stop()
  }
}

interface Partition {
  cutOff: readonly Hand[]
  mend(): void
}

async function killed(person: Person, crew: Crew, reason: string, partition: Partition | null = null) {
  const logins = await loginsOf(person)
  const calledMs = now()
  const { id } = await person.ask<KillView>('POST', '/kills', {
    scope: { of: 'environment', environment: 'production' },
    reason,
    expectVersions: targetNames.length,
  })
  const view = () => person.ask<KillView>('GET', `/kills/${id}`)
  say(`killed: ${reason}`)
  let named: string[] = []
  const cutOff = (partition?.cutOff ?? []).map(one => one.instance).sort()
  if (partition !== null) {
    // Everybody else has answered, and every target refuses.
    await until('only those that are cut off are left', async () => {
      named = namesOf(await view())
      return named.join() === cutOff.join()
    })
    // It stays so: nobody is confirmed by waiting.
    await pause(3_000)
    named = namesOf(await view())
    partition.mend()
  }
  const mendedMs = now()
  let last: KillView | null = null
  await until('everything is confirmed', async () => {
    last = await view()
    return last.unconfirmed.length === 0
  })
  const convergedAfterMs = Math.round(now() - mendedMs)
  await until('everybody works again', () => crew.hands.every(one => freshLogin(one, logins) !== null))
  await until('the rotations have ended', () => rested(person))
  await pause(2_000)
  const done = await view()
  const uses = crew.hands.flatMap(one => one.seen.logins[logins.get(one.credential) ?? '']?.lastMs ?? [])
  const lastUse = (some: readonly Hand[]) =>
    Math.max(
      0,
      ...some.map(one => (one.seen.logins[logins.get(one.credential) ?? '']?.lastMs ?? 0) - calledMs),
    )
  const connected = crew.hands.filter(one => !cutOff.includes(one.instance))
  const failedAfterResume = crew.hands.reduce((sum, one) => {
    const sinceMs = freshLogin(one, logins)!.firstMs
    return sum + one.seen.failures.filter(failure => failure.atMs > sinceMs).length
  }, 0)
  const refused = done.killed.map(one => one.providerRefusedAfterMs)
  const servingSinceMs = now() - 1_500
  const newVersionServing = crew.hands.every(one => freshLogin(one, logins)!.lastMs > servingSinceMs)
  const figures = {
    lastUseAfterKillMs: Math.round(lastUse(connected)),
    providerRefusedAfterMs: refused.includes(null) ? null : Math.max(...refused.map(Number)),
    unconfirmed: done.unconfirmed.map(one => one.what),
    newVersionServing,
    failedAfterResume,
    answeredMs: done.latency.holders,
    resumedAfterMs: Math.round(
      Math.max(...crew.hands.map(one => freshLogin(one, logins)!.firstMs - calledMs)),
    ),
    steps: Object.fromEntries(done.killed[0]!.steps.map(one => [one.step, one.state])),
    byHand: { revokeMs: done.byHand.revokeMs, propagateMs: done.byHand.propagateMs },
  }
  const isNamed = named.join() === cutOff.join()
  const ok =
    uses.length === crew.hands.length &&
    figures.lastUseAfterKillMs <= mostUseAfterMs &&
    figures.providerRefusedAfterMs !== null &&
    figures.unconfirmed.length === 0 &&
    newVersionServing &&
    failedAfterResume === 0 &&
    isNamed
  if (partition === null) return { ok, ...figures }
  const lastUseOfThemMs = Math.round(lastUse(partition.cutOff))
  return { ok, cutOff, namedAsUnconfirmed: named, convergedAfterMs, lastUseOfThemMs, ...figures }
}

/** Under which login everybody works, which is the one that will be dead. */
async function loginsOf(person: Person): Promise<Map<string, string>> {
  const logins = new Map<string, string>()
  for (const name of targetNames) {
    const id = credentialOf(name)
    const { currentVersion } = await person.ask<{ currentVersion: number }>('GET', `/credentials/${id}`)
    const { items } = await person.ask<{ items: { number: number; handle: string }[] }>(
      'GET',
      `/credentials/${id}/versions`,
    )
    logins.set(id, items.find(one => one.number === currentVersion)?.handle ?? '')
  }
  return logins
}

/** The login that it has worked under last, unless that is the dead one. */
function freshLogin({ credential, seen }: Hand, logins: ReadonlyMap<string, string>) {
  const [login, used] = Object.entries(seen.logins).sort(([, a], [, b]) => b.firstMs - a.firstMs)[0] ?? []
  return login === undefined || login === logins.get(credential) ? null : used!
}

function namesOf(view: KillView): string[] {
  return [...new Set(view.unconfirmed.map(one => one.instance ?? 'the target'))].sort()
}

async function rested(person: Person): Promise<boolean> {
  const all = await Promise.all(
    targetNames.map(name =>
      person.ask<{ openRotation: string | null }>('GET', `/credentials/${credentialOf(name)}`),
    ),
  )
  return all.every(one => one.openRotation === null)
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + withinMs
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`it never came to it that ${what}`)
    await pause(50)
  }
}
