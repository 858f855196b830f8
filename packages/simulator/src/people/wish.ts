// Every second world has somebody with one wish: to press buttons while the rotation stands at one place. All pairs of place
// and command are wished for in turn, and what stands in the way is arranged: a target that can do it, a step that
// fails for good, a rotation that is held or contained there. Chance alone would reach the rare pairs once in a million.
import { type Abilities, type CommandName, commandNames, type Rotation } from '@rekey/core'
import { placeOf, places } from '../coverage.ts'
import { isStormy, stateOf, type World } from '../world.ts'
import { press } from './wrong-button.ts'

export interface Wish {
  place: string
  phase: string
  step: string | null
  /** The first button; at the next occasion it is the one after it. */
  first: number
  /** How often a button was pressed to get there, and how often there. */
  tries: number
  pressed: number
  isBusy: boolean
}

const mostTries = 40
const mostPressed = 12

/** Where kills are to strike, in every world of that kind. */
export function killWishOf(seed: number): Wish {
  const place = places[(seed * 7) % places.length]!
  const [phase, step] = place.split('@') as [string, string | undefined]
  return { place, phase, step: step ?? null, first: -1, tries: 0, pressed: 0, isBusy: false }
}

export function wishOf(seed: number): Wish | null {
  if (seed % 2 === 1) return null
  const pairs = places.length * commandNames.length
  // A step that shares no factor with their number: neighbours in seed are far apart in the list.
  const at = ((seed / 2) * 397) % pairs
  const place = places[at % places.length]!
  const [phase, step] = place.split('@') as [string, string | undefined]
  const first = Math.floor(at / places.length)
  return { place, phase, step: step ?? null, first, tries: 0, pressed: 0, isBusy: false }
}

/** What the target has to be able to do, so that there is such a place. */
export function grant(abilities: Abilities, wish: Wish | null): Abilities {
  switch (wish?.step) {
    case 'disable':
    case 'enable':
    case 'watch':
      return { ...several(abilities), canDisable: true, byHand: [] }
    case 'endSessions':
      return { ...several(abilities), canEndSessions: true }
    case 'compareRights':
      return { ...several(abilities), canCompareRights: true }
    case 'destroy':
      return several(abilities)
    case 'mint':
      // Where there is a way back, a mint that is refused ends the rotation.
      return wish.phase === 'stuck' ? { ...abilities, maxLive: 1 } : abilities
    default:
      return abilities
  }
}

const late = new Set<string | null>(['observe', 'disable', 'enable', 'endSessions', 'watch', 'destroy'])
export const isLate = ({ step }: Wish) => late.has(step)

const several = (abilities: Abilities): Abilities => ({
  ...abilities,
  maxLive: Math.max(2, abilities.maxLive),
})

/** How the verb of the wished-for step fails while the storm lasts: for good, so that it gets stuck, or for now, so that it lasts. */
export function failing(wish: Wish | null, verb: string): 'for-good' | 'for-now' | null {
  if (wish === null || wish.step !== verb) return null
  return wish.phase === 'stuck' ? 'for-good' : 'for-now'
}

/** At any place in which a control plane may be, in the middle of whatever it does. */
export function steer(world: World): void {
  if (world.wish !== null && !world.wish.isBusy) void wished(world)
}

/** Between two rounds, where what is held, contained or stuck stays so for a while. */
export async function steerOn(world: World): Promise<void> {
  for (let times = 0; times < 5; times++) if (!(await wished(world))) return
}

async function wished(world: World): Promise<boolean> {
  const { wish } = world
  if (wish === null || !isStormy(world) || wish.tries >= mostTries || wish.pressed >= mostPressed)
    return false
  const state = stateOf(world)
  const name = state === null ? null : nextPress(wish, state)
  if (state === null || name === null) return false
  wish.tries++
  if (placeOf(state) === wish.place) wish.pressed++
  wish.isBusy = true
  await press(world, state, name)
  wish.isBusy = false
  return true
}

const button = ({ first, pressed }: Wish) => commandNames[(first + pressed) % commandNames.length]!

function nextPress(wish: Wish, state: Rotation): CommandName | null {
  const place = placeOf(state)
  if (place === wish.place) return wish.first < 0 ? null : button(wish)
  if (wish.phase === 'held' && place === `running@${wish.step}`) return 'hold'
  if (wish.phase === 'contained' && place === `running@${wish.step}`) return 'contain'
  // What was disabled is enabled again.
  if (wish.step === 'enable' && place === 'running@watch') return 'reinstate'
  return null
}

/** Once it is over, there is one place left. */
export async function pressAtTheEnd(world: World): Promise<void> {
  const { wish } = world
  const state = stateOf(world)
  if (wish?.place !== 'ended' || wish.first < 0 || state?.phase !== 'ended') return
  for (let times = 0; times < 5; times++) {
    await press(world, state, button(wish))
    wish.pressed++
  }
}
