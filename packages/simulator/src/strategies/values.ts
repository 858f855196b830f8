// What the modelled strategies do at the target, and the list of what they have set for later. Everything happens at its own
// instant, whatever the length of the fleet's steps.

import { Secret, secondMs } from '@rekey/core'
import { aContext } from '@rekey/providers/fixtures'
import type { Held } from '../fleet/member.ts'
import { credentialId, type Field } from './field.ts'

export interface Values {
  /** The one that is published. */
  current: Held
  /** Makes the next value at the target; nobody gets it yet. */
  issue(): Promise<Held>
  /** Deletes a value at the target, with its sessions. */
  end(held: Held): Promise<void>
  at(atMs: number, act: () => Promise<void> | void): void
  goTo(toMs: number): Promise<void>
}

export async function valuesOf(field: Field): Promise<Values> {
  const { target, lives } = field
  const handles = new Map<string, string>()
  const later: { atMs: number; act: () => Promise<void> | void }[] = []
  const context = aContext()
  let version = 0
  const issue = async (): Promise<Held> => {
    const held = { version: ++version, value: field.newValue() }
    const operation = { key: `key-${version}`, credential: credentialId, version, intendedMs: field.nowMs }
    const minted = await target.plain.mint(context, { ...operation, secret: new Secret(held.value) })
    handles.set(held.value, minted.handle)
    field.nowMs += secondMs
    lives.look(field.nowMs)
    return held
  }
  const first = await issue()
  return {
    current: first,
    issue,
    async end(held) {
      const handle = handles.get(held.value)
      if (handle === undefined) throw new Error(`version ${held.version} was never issued`)
      await target.plain.destroy(context, handle)
      field.nowMs += secondMs
      lives.look(field.nowMs)
    },
    at(atMs, act) {
      let place = later.length
      while (place > 0 && later[place - 1]!.atMs > atMs) place--
      later.splice(place, 0, { atMs, act })
    },
    async goTo(toMs) {
      while (later.length > 0 && later[0]!.atMs <= toMs) {
        const { atMs, act } = later.shift()!
        field.nowMs = Math.max(field.nowMs, atMs)
        await act()
      }
    },
  }
}

/** From the suspicion of a leak to the decision to act. */
export const decisionMs = 120 * secondMs
