// An event that cannot follow is a bug, in the program or in the log.
import type { Rotation } from './state.ts'

export function impossible(state: Rotation | null, event: { type: string }): Error {
  const where = state === null ? 'nothing' : `a rotation that is ${state.phase}`
  return new Error(`${event.type} cannot follow in ${where}`)
}
