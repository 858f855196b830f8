// A file that is there as a whole or not at all: written beside its place, brought to the disk, and put there by rename(2), so
// that a reader sees the old content or the new, and never half of one.
import { randomBytes } from 'node:crypto'
import { lstat, open, readFile, realpath, rename, rm, stat, truncate } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { exitCodes, Failure } from './exit.ts'

export interface Placing {
  /** null: as the file that is there has it, else for its owner alone. */
  mode: number | null
  /** null: as the file that is there has it. */
  owner: { uid: number; gid: number } | null
}

export const private600: Placing = { mode: 0o600, owner: { uid: -1, gid: -1 } }

/** true: it was written; false: it was there already. `before` runs right before the new content takes its place. */
export async function placeFile(
  path: string,
  content: string,
  placing: Placing,
  before: () => Promise<void> = async () => undefined,
): Promise<boolean> {
  try {
    const place = await realpath(path).catch(() => path)
    const there = await stat(place).catch(() => null)
    const mode = placing.mode ?? (there === null ? 0o600 : there.mode & 0o7777)
    const owner = placing.owner ?? (there === null ? unchanged : { uid: there.uid, gid: there.gid })
    const bytes = Buffer.from(content)
    if (there !== null && isAs(there, mode, owner) && bytes.equals(await readFile(place))) return false
    await before()
    await replace(place, bytes, mode, owner)
    return true
  } catch (error) {
    throw cannotWrite(path, error)
  }
}

const unchanged = { uid: -1, gid: -1 }

const isAs = (
  there: { mode: number; uid: number; gid: number },
  mode: number,
  owner: { uid: number; gid: number },
) =>
  (there.mode & 0o7777) === mode &&
  (owner.uid === -1 || there.uid === owner.uid) &&
  (owner.gid === -1 || there.gid === owner.gid)

async function replace(
  place: string,
  bytes: Buffer,
  mode: number,
  { uid, gid }: { uid: number; gid: number },
): Promise<void> {
  const draft = join(dirname(place), `.${basename(place)}.${randomBytes(6).toString('hex')}`)
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      // Others may read it only once it belongs to whom it should.
      if (uid !== -1 || gid !== -1) await file.chown(uid, gid)
      await file.writeFile(bytes)
      await file.chmod(mode)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, place)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await syncFolder(dirname(place))
}

/** With what is in it: whoever has it open, or under another name, finds nothing. true: it was there. */
export async function removeFile(path: string): Promise<boolean> {
  try {
    const place = await realpath(path)
    await truncate(place)
    await rm(place)
    await syncFolder(dirname(place))
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return false
    throw cannotWrite(path, error)
  }
}

/** Some file systems cannot do it; the file is there all the same. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync().catch(() => undefined)
  } finally {
    await folder.close()
  }
}

/** null: it can be written as far as can be told beforehand. */
export async function whyNoPlace(path: string): Promise<string | null> {
  const folder = await stat(dirname(path)).catch(() => null)
  if (folder === null || !folder.isDirectory()) return `the folder of ${path} is not there`
  const there = await lstat(await realpath(path).catch(() => path)).catch(() => null)
  return there === null || there.isFile() ? null : `${path} is no file`
}

function cannotWrite(path: string, error: unknown): Failure {
  const why = String((error as { code?: unknown }).code ?? (error as Error).name)
  return new Failure(exitCodes.cannotWrite, `${path} cannot be written (${why}).`)
}
