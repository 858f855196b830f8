// Files that hold a version that was killed: they are removed, with what is in them, unless their configuration says that they stay.
import { removeFile } from '../whole-file.ts'
import type { FilesPlan, Kept } from './config.ts'
import { forgetMade, madeWith } from './made.ts'
import { owe } from './owed.ts'

export interface Removed {
  removed: Kept[]
  /** Those that stay. */
  kept: Kept[]
}

export type IsKilled = (credential: string, version: number) => boolean

export async function removeDead({ kept: all }: FilesPlan, isKilled: IsKilled): Promise<Removed> {
  const done: Removed = { removed: [], kept: [] }
  for (const one of all) {
    const made = await madeWith(one.to)
    if (made === null || !isDead(made, isKilled)) continue
    if (one.onKill === 'keep') {
      done.kept.push(one)
      continue
    }
    if (one.hook !== null) await owe(one.to)
    await removeFile(one.to)
    await forgetMade(one.to)
    done.removed.push(one)
  }
  return done
}

/** What was not noted in a way that can be read may be dead, and is made anew. */
const isDead = (made: Exclude<Awaited<ReturnType<typeof madeWith>>, null>, isKilled: IsKilled) =>
  made === 'unknown' ||
  Object.entries(made).some(([credential, versions]) => versions.some(one => isKilled(credential, one)))
