// rekey run: a program that knows nothing of rotations is given the versions that it should use, is moved when they change, and
// what it holds is reported.
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { Supply, type Tell } from '../supply.ts'
import { Copies } from './copies.ts'
import { checkPlaces, type Environment, withoutOurs } from './injection.ts'
import type { RunPlan } from './plan.ts'
import { passSignals } from './signals.ts'

const holdMs = 3_600_000

/** Gives back the code to end with. */
export async function run(plan: RunPlan, environment: Environment, tell: Tell): Promise<number> {
  await checkPlaces(plan)
  const host = (environment['REKEY_INSTANCE'] || hostname()).slice(0, 100)
  // Process ids come again: after a restart of the machine, and in every container.
  const mark = randomBytes(3).toString('hex')
  const supply = new Supply({
    wanted: plan.wanted,
    instance: `${host}-rekey-${process.pid}-${mark}`,
    settleMs: plan.settleMs,
    tell,
  })
  let given = await supply.first(plan.waitMs)
  while (supply.isDead(given)) given = await supply.first(plan.waitMs)
  const copies = new Copies({
    plan,
    environment: withoutOurs(environment),
    instance: pid => `${host}-${pid}-${mark}`,
    programs: supply.programs,
    isDead: snapshot => supply.isDead(snapshot),
    tell,
  })
  supply.onKill(({ credential, version }) => copies.kill(credential, version))
  // While everybody waits for another version no program holds this process.
  const waiting = setInterval(() => undefined, holdMs)
  const stop = passSignals((signal, isKnown) => copies.signal(signal, isKnown))
  try {
    await copies.begin(given)
    supply.follow(to => copies.change(to))
    return await copies.over
  } finally {
    clearInterval(waiting)
    await supply.close()
    stop()
  }
}
