// Killed at every boundary: a process that carries out a rotation is ended with SIGKILL before each verb is called, at each turn of
// its talk with the target, and when the verb has answered and nothing has been recorded. Another goes on from what is left, and
// may die in the next verb; in the end everything must be as if nobody had died.
import type { Bed } from '../bed.ts'
import { type Life, life } from './life.ts'
import type { Boundary } from './mortal.ts'

export interface CrashAccount {
  boundaries: number
  killed: number
  orphans: number
  leaks: number
  faults: string[]
}

export interface CrashOptions {
  /** Only so many lives, spread evenly over all of them; each dies once in every verb. */
  lives?: number
  atOnce?: number
}

/** What is died at in one rotation; `first` only leads there, and is counted in another. */
interface Fate {
  first: readonly Boundary[]
  deaths: readonly Boundary[]
}

export async function crash(
  bed: Bed,
  name: string,
  say: (line: string) => void,
  { lives = Number.POSITIVE_INFINITY, atOnce = bed.atOnce ?? 2 }: CrashOptions = {},
): Promise<CrashAccount> {
  const account: CrashAccount = { boundaries: 0, killed: 0, orphans: 0, leaks: 0, faults: [] }
  const count = (one: Life, what: string) => {
    account.orphans += one.orphans.length
    account.leaks += one.leaks.length
    for (const fault of one.faults) account.faults.push(`${what}: ${fault}`)
    if (one.faults.length > 0) say(`${name}: ${what}: ${one.faults.join('; ')}`)
  }
  const calm = await life(bed, name, [], null)
  count(calm, 'undisturbed')
  if (calm.faults.length > 0) return account

  const minted = calm.passed[0]?.find(({ verb, where }) => verb === 'mint' && where === 'end')
  const after = minted === undefined ? null : await life(bed, name, [minted], null)
  if (after !== null) count(after, 'killed once when the mint was done')
  const fates = spread(fatesOf(calm, after), lives)
  account.boundaries = fates.reduce((sum, { deaths }) => sum + deaths.length, 0)
  say(`${name}: ${account.boundaries} boundaries in ${fates.length} lives; undisturbed ${calm.end}`)

  const work = async () => {
    for (let fate = fates.shift(); fate !== undefined; fate = fates.shift()) {
      const { first, deaths } = fate
      const all = [...first, ...deaths]
      const one = await life(bed, name, all, calm)
      count(one, `killed at ${all.map(nameOf).join(', then at ')}`)
      account.killed += Math.max(0, one.deaths - first.length)
      // What did not come in this life is led to by itself; the one that was waited for does not come at all.
      const rest = deaths.slice(Math.max(0, one.deaths - first.length) + 1)
      for (const death of rest) fates.push({ first: leading(death, minted), deaths: [death] })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return account
}

const nameOf = ({ verb, at, where }: Boundary) => `${verb} ${at} (${where})`

/** What a crash left is looked for by the next process only. */
const leading = ({ verb }: Boundary, minted: Boundary | undefined) =>
  verb === 'find' && minted !== undefined ? [minted] : []

/** The verbs come in the order of the rotation, so that one life can die once in each of them. */
function fatesOf(calm: Life, after: Life | null): Fate[] {
  const verbs = new Map<string, Boundary[]>()
  const add = (one: Boundary) => verbs.set(one.verb, [...(verbs.get(one.verb) ?? []), one])
  const passed = calm.passed[0] ?? []
  // Undisturbed, nothing is looked for; but where a person mints, what he made is found by its name.
  const looked = passed.some(one => one.verb === 'find') ? [] : (after?.passed[1] ?? [])
  for (const one of passed) {
    add(one)
    if (one.verb !== 'mint' || one.where !== 'end') continue
    for (const found of looked) if (found.verb === 'find') add(found)
  }
  const most = Math.max(...[...verbs.values()].map(found => found.length))
  return Array.from({ length: most }, (_, nth) => ({
    // Where there are no more boundaries of the mint to die at, the last of them leads to its find.
    first:
      verbs.get('mint')?.[nth] === undefined && verbs.get('find')?.[nth] !== undefined
        ? verbs.get('mint')!.slice(-1)
        : [],
    deaths: [...verbs.values()].flatMap(found => found[nth] ?? []),
  }))
}

function spread(fates: readonly Fate[], lives: number): Fate[] {
  const every = Math.max(1, Math.ceil(fates.length / lives))
  return fates.filter((_, nth) => nth % every === 0)
}
