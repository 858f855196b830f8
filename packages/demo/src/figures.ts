// What the story has measured, as one document, and whether it has shown what it says that it shows.
import type { Leak } from './acts/leak.ts'
import type { UsualWay } from './acts/usual-way.ts'
import type { WithRekey } from './acts/with-rekey.ts'
import type { ActNumber } from './show/stage.ts'

export interface Figures {
  ok: boolean
  usualWay: UsualWay | null
  rekey: WithRekey | null
  kill: Leak | null
  seconds: number
  /** What was not shown, in sentences; empty where all is well. */
  missing: string[]
}

const fewestBroken = 3
/** Who has to be named before the old token may go: the ones that act 1 broke because nobody thought of them. */
const named = ['Reconciliation cron', 'Support replay tool', 'oversized-fallback/0.1']

export function figuresOf(
  usualWay: UsualWay | null,
  rekey: WithRekey | null,
  kill: Leak | null,
  seconds: number,
  /** The act that it began with: those before it were not asked for. */
  from: ActNumber = 1,
): Figures {
  const missing = [
    ...(from > 1 ? [] : usualWay === null ? ['act 1 was not shown'] : missingInUsualWay(usualWay)),
    ...(from > 2 ? [] : rekey === null ? ['act 2 was not shown'] : missingWithRekey(rekey)),
    ...(kill === null ? ['act 3 was not shown'] : missingInLeak(kill)),
  ]
  return { ok: missing.length === 0, usualWay, rekey, kill, seconds, missing }
}

function missingInUsualWay({ brokenConsumers, looksCleanAfterMs }: UsualWay): string[] {
  return said([
    [brokenConsumers < fewestBroken, `only ${brokenConsumers} consumers broke in the usual way`],
    [!(looksCleanAfterMs > 0), 'the script did not say that it is done'],
  ])
}

function missingWithRekey({
  failedJobs,
  jobs,
  refusedFor,
  ending,
  oldTokenRefused,
  why,
}: WithRekey): string[] {
  const unnamed = named.filter(one => !refusedFor.some(({ who }) => who === one))
  return said([
    [failedJobs > 0, `${failedJobs} jobs failed with Rekey: ${why.join('; ')}`],
    [jobs === 0, 'nobody worked with Rekey'],
    [unnamed.length > 0, `Rekey did not name ${unnamed.join(', ')}`],
    [ending !== 'completed', `the rotation ended as ${ending}`],
    [!oldTokenRefused, 'the old token is accepted still'],
  ])
}

function missingInLeak(leak: Leak): string[] {
  const { holders, confirmed, whoIsUnconfirmed, providerRefusedAfterMs, attackerUses, attackerRefused } = leak
  return said([
    [holders === 0, 'nobody held what was killed'],
    [confirmed < holders || leak.unconfirmed > 0, `not confirmed: ${whoIsUnconfirmed.join(', ')}`],
    [providerRefusedAfterMs === null, 'Docstore was not seen to refuse what was killed'],
    [attackerUses === 0, 'the attacker never got in, so nothing was stopped'],
    [attackerRefused === 0, 'the attacker was not refused'],
    [leak.failedAfterResume > 0, `${leak.failedAfterResume} jobs failed after everybody was back`],
    [leak.ending !== 'completed', `the rotation after the kill ended as ${leak.ending}`],
  ])
}

const said = (checks: readonly [isSo: boolean, text: string][]) =>
  checks.flatMap(([isSo, text]) => (isSo ? [text] : []))

export const inWords = {
  usualWay: ({ brokenConsumers, failedJobs }: UsualWay) =>
    `${brokenConsumers} consumers broken, ${failedJobs} jobs lost`,
  rekey: ({ jobs, failedJobs }: WithRekey) => `${failedJobs} of ${jobs} jobs lost`,
  kill: ({ confirmed, holders, attackerLastUseAfterMs }: Leak) =>
    `${confirmed} of ${holders} holders confirmed, the attacker out after ${attackerLastUseAfterMs} ms`,
}
