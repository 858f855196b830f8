// A secret that the control plane shows this once, as the last of the fields; null: it was not made anew.
import { quiet, type Words } from '../show/words.ts'

export const shownOnce = (secret: string | null): [name: string, value: Words | null][] => [
  ['secret', secret],
  ['', secret === null ? null : quiet('It is shown this once.')],
]
