// What a rotation of the trial needs before it begins: a folder with the admin secrets, and a person who does what only one can.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Address, Plot } from '../bed.ts'
import type { Person, Task } from './rotate.ts'

/** `to`: where each of the plot's addresses is led. */
export function prepare(plot: Plot, to: readonly Address[], folder: string): Task {
  mkdirSync(join(folder, 'admin'), { mode: 0o700 })
  for (const [name, value] of Object.entries(plot.admin)) {
    const file = join(folder, 'admin', name)
    writeFileSync(file, value)
    chmodSync(file, 0o600)
  }
  let led = 0
  return { folder, settings: plot.settings(() => to[led++]!), existing: plot.existing }
}

export function personOf(plot: Plot): Person {
  return async (verb, handle, name) => {
    const hand = plot.hands?.[verb]
    if (hand === undefined) throw new Error(`the bed has nobody who could ${verb}`)
    return hand(handle, name)
  }
}
