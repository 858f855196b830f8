// A console that only a person can use: it exists nowhere but here, for the provider has no contract with anybody but a person.
import { randomBytes } from 'node:crypto'
import { manual } from '@rekey/providers/all'
import type { Bed, Plot } from '../bed.ts'

export const provider = manual

export async function openBed(): Promise<Bed> {
  return {
    provider,
    against: 'contract',
    plot: async name => plot(name),
    written: async () => null,
    close: async () => undefined,
  }
}

interface Key {
  value: string
  isOn: boolean
}

function plot(name: string): Plot {
  const existing = { handle: `${name}_old`, value: randomBytes(24).toString('base64url') }
  const keys = new Map<string, Key>([[existing.handle, { value: existing.value, isOn: true }]])
  const named = (handle: string | null) => {
    const key = keys.get(handle ?? '')
    if (key === undefined) throw new Error(`there is no ${handle}`)
    return key
  }
  return {
    addresses: [],
    settings: () => ({
      console: 'the desk',
      prefix: name,
      holds: 'several',
      canDisable: true,
      hours: 24,
      steps: {},
    }),
    admin: {},
    existing,
    tellsValues: true,
    accepts: async (handle, value) => keys.get(handle)?.isOn === true && keys.get(handle)?.value === value,
    present: async () => [...keys.keys()],
    spoil: {},
    hands: {
      async mint(_handle, called) {
        const handle = called ?? ''
        // Whoever made it and was interrupted still has it before him, and enters that.
        const key = keys.get(handle) ?? { value: randomBytes(24).toString('base64url'), isOn: true }
        keys.set(handle, key)
        return { handle, value: key.value }
      },
      // He tries the value that he was shown: here it is the one that the console knows.
      probe: async handle => ({ answer: keys.get(handle ?? '')?.isOn === true ? 'accepted' : 'refused' }),
      async disable(handle) {
        named(handle).isOn = false
        return {}
      },
      async enable(handle) {
        named(handle).isOn = true
        return {}
      },
      async destroy(handle) {
        keys.delete(handle ?? '')
        return {}
      },
    },
  }
}
