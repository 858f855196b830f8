// What is usual for one consumer: how much in each hour of the last week, at which hours of the day, from which networks. It costs a few
// numbers a consumer, and to count one use costs next to nothing; what takes thought is done when an hour turns.
import { dayMs, hourMs } from '../time.ts'

export interface Habit {
  /** The hour that is being counted, since 1970; and how many so far. */
  hour: number
  count: number
  /** Above it this hour is flagged. Infinity: it was, or too little is known. */
  limit: number
  /** Hours of the last week that are over. */
  past: Map<number, number>
  /** What the store knows of the week before we began was read. */
  isPrimed: boolean
  networks: Set<string>
  /** How many uses came with an address, and since when. */
  addressed: number
  addressedSinceMs: number
  /** Addresses that were looked at, and whether anything was to be said of them. */
  known: Map<string, boolean>
  /** What was flagged in this hour: each thing is told once an hour. */
  told: Set<string>
}

const weekHours = (7 * dayMs) / hourMs
const mostTold = 50

/** Too little is known before that: whoever is new has no habits. */
export const warmUp = {
  uses: 200,
  /** Days with uses, before an hour can be an unusual one. */
  daysForHours: 5,
  /** Hours with uses, and days, before an amount can be. */
  hoursForVolume: 24,
  daysForVolume: 3,
  addressed: 500,
  addressedMs: dayMs,
} as const
/** So many times the busiest hour of the week, and never below the least: a rise from three to fifteen is no news. */
export const volumeTimes = 4
export const leastVolume = 100

export const newHabit = (): Habit => ({
  hour: 0,
  count: 0,
  limit: Number.POSITIVE_INFINITY,
  past: new Map(),
  isPrimed: false,
  networks: new Set(),
  addressed: 0,
  addressedSinceMs: Number.POSITIVE_INFINITY,
  known: new Map(),
  told: new Set(),
})

/** What the store's buckets say of the hours before. What was counted here meanwhile is in them too. */
export function prime(habit: Habit, hours: ReadonlyMap<number, number>): void {
  for (const [hour, count] of hours) {
    if (hour === habit.hour) habit.count = Math.max(habit.count, count)
    else habit.past.set(hour, Math.max(habit.past.get(hour) ?? 0, count))
  }
  habit.isPrimed = true
  habit.limit = volumeLimit(habit)
}

/** The hour that was counted is over. */
export function turnHour(habit: Habit, hour: number): void {
  if (habit.hour > 0) habit.past.set(habit.hour, habit.count)
  for (const one of habit.past.keys()) if (one < hour - weekHours) habit.past.delete(one)
  habit.hour = hour
  habit.count = 0
  habit.told.clear()
  habit.limit = volumeLimit(habit)
}

/** true: it was not told in this hour yet, and there is room for it. */
export function tellOnce(habit: Habit, what: string): boolean {
  if (habit.told.has(what) || habit.told.size >= mostTold) return false
  habit.told.add(what)
  return true
}

/** Did it ever work at about this hour of the day? true as well where too little is known. */
export function isUsualHour(habit: Habit, hour: number): boolean {
  const { uses, days } = sumOf(habit)
  if (!habit.isPrimed || uses < warmUp.uses || days < warmUp.daysForHours) return true
  for (const [one, count] of habit.past) {
    const apart = Math.abs((one % 24) - (hour % 24))
    if (count > 0 && Math.min(apart, 24 - apart) <= 1) return true
  }
  return false
}

function volumeLimit(habit: Habit): number {
  const { uses, days, active, busiest } = sumOf(habit)
  const isWarm =
    habit.isPrimed && uses >= warmUp.uses && days >= warmUp.daysForVolume && active >= warmUp.hoursForVolume
  return isWarm ? Math.max(leastVolume, volumeTimes * busiest) : Number.POSITIVE_INFINITY
}

function sumOf({ past }: Habit): { uses: number; days: number; active: number; busiest: number } {
  let [uses, active, busiest] = [0, 0, 0]
  const days = new Set<number>()
  for (const [hour, count] of past) {
    if (count === 0) continue
    uses += count
    active++
    busiest = Math.max(busiest, count)
    days.add(Math.floor(hour / 24))
  }
  return { uses, days: days.size, active, busiest }
}
