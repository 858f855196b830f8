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

interface Death {
  at: Boundary
  /** It only leads to the next one, and is counted in another life. */
  leads: boolean
}

/** What is died at in one rotation, in the order in which it comes. */
type Fate = readonly Death[]

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
  account.boundaries = fates.reduce((sum, fate) => sum + counted(fate), 0)
  say(`${name}: ${account.boundaries} boundaries in ${fates.length} lives; undisturbed ${calm.end}`)

  const work = async () => {
    for (let fate = fates.shift(); fate !== undefined; fate = fates.shift()) {
      const all = fate.map(({ at }) => at)
      const one = await life(bed, name, all, calm)
      count(one, `killed at ${all.map(nameOf).join(', then at ')}`)
      account.killed += counted(fate.slice(0, one.deaths))
      // What did not come in this life is led to by itself; if it does not come then either, it is not counted as killed.
      if (counted(fate) === 1) continue
      for (const { at, leads } of fate.slice(one.deaths)) if (!leads) fates.push(ledTo(at, minted))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return account
}

const nameOf = ({ verb, at, where }: Boundary) => `${verb} ${at} (${where})`

const counted = (fate: Fate) => fate.filter(({ leads }) => !leads).length

/** What a crash left is looked for by the next process only, so a death leads to that. */
function ledTo(at: Boundary, minted: Boundary | undefined): Death[] {
  const lead = at.verb === 'find' && minted !== undefined ? [{ at: minted, leads: true }] : []
  return [...lead, { at, leads: false }]
}

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
  const mints = verbs.get('mint') ?? []
  const most = Math.max(...[...verbs.values()].map(found => found.length))
  return Array.from({ length: most }, (_, nth) =>
    [...verbs.values()].flatMap(found => {
      const at = found[nth]
      // Where the mint has no more boundaries to die at, its last one leads to its find.
      return at === undefined ? [] : ledTo(at, mints[nth] === undefined ? mints.at(-1) : undefined)
    }),
  )
}

function spread(fates: readonly Fate[], lives: number): Fate[] {
  const every = Math.max(1, Math.ceil(fates.length / lives))
  return fates.filter((_, nth) => nth % every === 0)
}
