// Our own detectors: what is odd about a use that somebody reports. Each is a rule with its assumption beside it (docs/signals.md); what
// they find is a guess, and never kills.
import type { UsePact } from '../consumer.ts'
import type { Used } from '../ledger/observation.ts'
import { skewMs } from '../ledger/observation.ts'
import { hourMs } from '../time.ts'
import { isWithin, networkOf, parseAddress, parseRange, type Range } from './cidr.ts'
import { type Habit, isUsualHour, tellOnce, turnHour, warmUp } from './habit.ts'
import type { SignalKind } from './signal.ts'

export interface Detected {
  kind: SignalKind
  text: string
}

/** A pact as it is looked up at each use. */
export interface Terms {
  ranges: readonly Range[] | null
  hoursUtc: readonly [number, number] | null
  resources: ReadonlySet<string> | null
  models: ReadonlySet<string> | null
  perHour: number
}

export function termsOf(pact: UsePact | undefined): Terms {
  const { addresses, hoursUtc, resources, models, perHour } = pact ?? {}
  return {
    ranges: addresses?.map(parseRange).filter(one => one !== null) ?? null,
    hoursUtc: hoursUtc ?? null,
    resources: resources === undefined ? null : new Set(resources),
    models: models === undefined ? null : new Set(models),
    perHour: perHour ?? Number.POSITIVE_INFINITY,
  }
}

/** What of it could not be looked up: a range that is none would limit nothing, or everything. */
export function pactFaults(pact: UsePact | undefined): string[] {
  const bad = (pact?.addresses ?? []).filter(one => parseRange(one) === null)
  return bad.map(one => `${JSON.stringify(one)} is no range of addresses: write it as 10.0.0.0/8.`)
}

const nothing: readonly Detected[] = []
const mostKnown = 2_000
const mostNetworks = 500

/** Counts the use, and says what is odd about it. On the way of every observation, so the usual case is two comparisons. */
export function look(habit: Habit, terms: Terms, used: Used, atMs: number): readonly Detected[] {
  const hour = Math.floor(atMs / hourMs)
  const times = used.times ?? 1
  let found: Detected[] | null = null
  if (hour !== habit.hour) {
    // Late: it is part of what is usual, and no news.
    if (hour < habit.hour) {
      habit.past.set(hour, (habit.past.get(hour) ?? 0) + times)
      return nothing
    }
    turnHour(habit, hour)
    found = ofHour(habit, terms, hour)
  }
  habit.count += times
  const isOfThisHour = used.firstMs === undefined || used.firstMs >= hour * hourMs
  if (habit.count > habit.limit && isOfThisHour) found = add(found, ofVolume(habit))
  if (habit.count > terms.perHour && isOfThisHour && tellOnce(habit, 'perHour')) {
    const text = `More than the ${terms.perHour} uses an hour that its pact allows.`
    found = add(found, { kind: 'outside-pact', text })
  }
  if (used.seen !== undefined)
    for (const one of ofPlace(habit, terms, used.seen, times, atMs)) found = add(found, one)
  return found ?? nothing
}

const add = (found: Detected[] | null, one: Detected): Detected[] => {
  if (found === null) return [one]
  found.push(one)
  return found
}

function ofHour(habit: Habit, { hoursUtc }: Terms, hour: number): Detected[] | null {
  const ofDay = hour % 24
  if (hoursUtc !== null) {
    // What was declared goes before what was usual.
    if (isBetween(ofDay, hoursUtc)) return null
    const text = `Used at ${ofDay}:00 UTC; its pact says from ${hoursUtc[0]}:00 to ${hoursUtc[1]}:00.`
    return [{ kind: 'outside-pact', text }]
  }
  if (isUsualHour(habit, hour)) return null
  const text = `Used at ${ofDay}:00 UTC, and at no hour near it in the week before.`
  return [{ kind: 'unusual-hours', text }]
}

const isBetween = (hour: number, [from, to]: readonly [number, number]) =>
  from <= to ? hour >= from && hour < to : hour >= from || hour < to

function ofVolume(habit: Habit): Detected {
  const text = `More than ${habit.limit} uses in an hour: more than it ever had in the week before, several times over.`
  habit.limit = Number.POSITIVE_INFINITY
  return { kind: 'unusual-volume', text }
}

function ofPlace(
  habit: Habit,
  terms: Terms,
  { address, resource, model }: NonNullable<Used['seen']>,
  times: number,
  atMs: number,
): Detected[] {
  const found: Detected[] = []
  if (resource !== undefined && terms.resources !== null && !terms.resources.has(resource)) {
    if (tellOnce(habit, `resource ${resource}`))
      found.push({ kind: 'outside-pact', text: `Used on ${quoted(resource)}, which is not in its pact.` })
  }
  if (model !== undefined && terms.models !== null && !terms.models.has(model)) {
    if (tellOnce(habit, `model ${model}`))
      found.push({
        kind: 'outside-pact',
        text: `Used with the model ${quoted(model)}, which is not in its pact.`,
      })
  }
  if (address !== undefined) {
    habit.addressed += times
    if (atMs < habit.addressedSinceMs) habit.addressedSinceMs = atMs
    const odd = ofAddress(habit, terms, address, atMs)
    if (odd !== null) found.push(odd)
  }
  return found
}

function ofAddress(habit: Habit, { ranges }: Terms, text: string, atMs: number): Detected | null {
  if (habit.known.get(text) === true) return null
  const address = parseAddress(text)
  if (address === null) return null
  if (habit.known.size >= mostKnown) habit.known.clear()
  if (ranges !== null) {
    const isFine = ranges.some(range => isWithin(address, range))
    habit.known.set(text, isFine)
    if (isFine || !tellOnce(habit, `address ${text}`)) return null
    return { kind: 'outside-pact', text: `Used from ${text}, which is not in its pact.` }
  }
  habit.known.set(text, true)
  const network = networkOf(address)
  if (habit.networks.has(network) || habit.networks.size >= mostNetworks) return null
  habit.networks.add(network)
  const isWarm = habit.addressed >= warmUp.addressed && atMs - habit.addressedSinceMs >= warmUp.addressedMs
  if (!isWarm) return null
  return { kind: 'unusual-address', text: `Used from ${text}, a network that it never came from before.` }
}

/** What others wrote is shown short, and on one line. */
const quoted = (text: string) => JSON.stringify(text.replace(/[\p{C}\s]+/gu, ' ').slice(0, 100))

/** Since when a version is dead, as far as is known; null: it is not. */
export interface Death {
  since: number
  how: 'killed' | 'retired'
}

/** A use of a version that is dead: what nobody may see pass by. */
export function ofDeadVersion(
  { outcome }: Used,
  version: number,
  { since, how }: Death,
  atMs: number,
): Detected | null {
  // It was on its way, or their clock is behind ours.
  if (atMs <= since + skewMs) return null
  const was = how === 'killed' ? 'was killed' : 'was retired'
  if (outcome === 'success' || outcome === 'degraded') {
    const again = how === 'killed' ? ' The target accepts it still: revoke it there again.' : ''
    return {
      kind: 'dead-version-success',
      text: `Version ${version} ${was}, and was used with success since.${again}`,
    }
  }
  if (outcome !== 'auth-failure') return null
  return {
    kind: 'dead-version-refused',
    text: `Version ${version} ${was}; somebody still tries it, and is refused.`,
  }
}
