// The fleet lives through one step: the simulator's fleet, with the answers of this field's target and what its strategy
// publishes; and every piece of work is counted.
import { dayMs, hourMs, instant, minuteMs } from '@rekey/core'
import { live, restart, type Surroundings, signal } from '../fleet/live.ts'
import { type Held, idOf, type Member } from '../fleet/member.ts'
import { type Field, inLongRun, isIncident } from './field.ts'
import type { Life } from './lives.ts'
import type { Play } from './strategy.ts'
import { jobMs, strandedAfterMs } from './tally.ts'

export interface Work {
  /** Everyone works until now. */
  step(): void
  /** Somebody restarts a consumer, builds its image anew, or copies the value again. */
  restart(member: Member): void
  surroundingsOf(member: Member): Surroundings
  /** What is due by now is mended by its owner. */
  mend(): void
}

const deployedEveryMs = 7 * dayMs
const builtEveryMs = 30 * dayMs
const mendingMinutes = 30

export function workOf(field: Field, play: Play): Work {
  const { target, members, tally } = field
  /** Who has the value from a copy that somebody made once. */
  const copies = new Map<Member, Held>()
  /** By instance: the first failure that nobody has mended yet. */
  const broken = new Map<string, { member: Member; mendedMs: number }>()
  /** Of what is worked on now: pieces that are retries, and so are one job each. */
  let retries = 0
  /** Dead versions of which was looked who still holds them. */
  const looked = new Set<number>()

  const read = (member: Member): Held | null => {
    if (member.consumer !== null) return play.read(member)
    const copy = copies.get(member) ?? play.current()
    copies.set(member, copy)
    return copy
  }
  const worked: Surroundings['worked'] = (member, instance, held, outcome, path, lane) => {
    const isWhole = retries > 0 || member.truth.cadence.how !== 'continuous'
    if (retries > 0) retries--
    const jobs = isWhole ? 1 : field.stepMs / jobMs
    target.sighted(idOf(member), instance, held.value, field.nowMs)
    play.hear?.(member, instance, held.version, { says: 'used', outcome, lane, path })
    const hidden = path === 'fallback'
    if (outcome === 'success' && !hidden) {
      if (isIncident(field) && held.value !== leaked(field)) recovered(field, member, held)
      broken.delete(instance)
      return
    }
    count(field, hidden ? 'degraded' : 'failed', jobs, `${idOf(member)} with version ${held.version}`)
    if (broken.has(instance)) return
    broken.set(instance, { member, mendedMs: field.nowMs + noticedMs(member, hidden) })
  }
  const surroundings: Surroundings = {
    nowMs: field.nowMs,
    dice: field.dice,
    read,
    parent: ({ truth: { access } }) =>
      access.how === 'indirect' ? members.find(one => one.truth.id === access.through) : undefined,
    accepts: target.accepts,
    isAwake: member => member.truth.idle === null,
    openSession: target.openSession,
    hasSession: target.hasSession,
    worked,
    said: (member, instance, version, statement) => play.hear?.(member, instance, version, statement),
  }
  const surroundingsOf = (member: Member): Surroundings => {
    surroundings.nowMs = field.nowMs
    surroundings.dice = field.diceOf(member)
    return surroundings
  }
  const restartAll = (member: Member) => {
    cut(field, member, () => false)
    if (member.consumer === null) copies.set(member, play.current())
    for (const instance of member.instances) restart(member, instance, surroundingsOf(member))
  }

  return {
    surroundingsOf,
    mend() {
      for (const [instance, { member, mendedMs }] of broken) {
        if (mendedMs > field.nowMs) continue
        broken.delete(instance)
        // Mending one instance of a consumer mends all of them.
        for (const one of member.instances) broken.delete(one.name)
        strand(field, member, member.consumer === null ? (copies.get(member) ?? null) : null)
        tally.peopleMinutes += mendingMinutes
        play.mended?.(member)
        restartAll(member)
      }
    },
    restart: restartAll,
    step() {
      for (const member of members) {
        const { reload, cadence, idle } = member.truth
        if (idle !== null) continue
        const around = surroundingsOf(member)
        cut(field, member, (value, name) => target.hasSession({ version: 0, value }, name))
        if (isDeployed(field, member)) restartAll(member)
        if (play.signals && reload.how === 'signal' && cadence.how === 'continuous') {
          const due = read(member)?.version
          const behind = member.instances.some(one => one.held !== null && one.held.version !== due)
          if (behind && around.dice.happens('fleet.signal', 0.7)) signal(member, around)
        }
        const lanes = Math.max(1, member.truth.lanes.length)
        retries = member.retries.filter(retry => retry.atMs <= field.nowMs).length * lanes
        live(member, around)
        retries = 0
      }
      for (const life of leftLongAgo(field, looked)) {
        looked.add(life.version)
        for (const member of members) strand(field, member, read(member), life.value)
      }
    },
  }
}

function isDeployed(field: Field, member: Member): boolean {
  const { reload, cadence } = member.truth
  const deploys = cadence.how === 'continuous' && (reload.how === 'restart' || reload.how === 'signal')
  const everyMs = deploys ? deployedEveryMs : reload.how === 'by-hand' ? builtEveryMs : null
  if (everyMs === null || !field.diceOf(member).happens('fleet.deployed', field.stepMs / everyMs))
    return false
  return inLongRun(member, field.nowMs) === null
}

/** Long runs that end now before their time. */
function cut(field: Field, member: Member, goesOn: (value: string, name: string) => boolean): void {
  if (inLongRun(member, field.nowMs) === null) return
  for (const { session } of member.instances) {
    if (session === null || session.untilMs <= field.nowMs || goesOn(session.value, session.name)) continue
    count(field, 'failed', 1, `a long run of ${idOf(member)} was ended`)
  }
}

function count(field: Field, what: 'failed' | 'degraded', jobs: number, who: string): void {
  const part = isIncident(field) ? 'incident' : 'scheduled'
  const { tally } = field
  if (part === 'scheduled' && tally.stories.length < 20) tally.stories.push(`${instant(field.nowMs)} ${who}`)
  tally[what][part] += jobs
}

function noticedMs({ consumer, truth }: Member, hidden: boolean): number {
  if (hidden) return 24 * hourMs
  if (consumer === null || truth.pathClass === 'exception') return 8 * hourMs
  return truth.pathClass === 'primary' ? 15 * minuteMs : 2 * hourMs
}

const leftLongAgo = ({ lives, nowMs, days }: Field, looked: ReadonlySet<number>): Life[] =>
  nowMs > days.suspectedMs
    ? []
    : lives.list.filter(
        ({ version, diedMs }) => diedMs !== null && nowMs >= diedMs + strandedAfterMs && !looked.has(version),
      )

/** Left behind with a dead value: in an instance, or in the place from which it would read. */
function strand(field: Field, member: Member, read: Held | null, only?: string): void {
  if (member.truth.idle !== null || isIncident(field)) return
  const values = [read?.value, ...member.instances.map(one => one.held?.value)]
  for (const value of values) {
    const life = value === undefined ? undefined : field.lives.byValue(value)
    if (life?.diedMs == null || (only !== undefined && life.value !== only)) continue
    field.tally.stranded.add(`${idOf(member)} ${life.version}`)
  }
}

/** The value that is suspected to have leaked: the newest from before the suspicion. */
export const leaked = ({ lives, days }: Field) =>
  lives.list.filter(life => life.bornMs <= days.suspectedMs).at(-1)?.value

function recovered({ tally, lives, days, nowMs }: Field, member: Member, held: Held): void {
  const born = lives.byValue(held.value)?.bornMs ?? 0
  if (born > days.suspectedMs && !tally.recoveredMs.has(idOf(member)))
    tally.recoveredMs.set(idOf(member), nowMs)
}
