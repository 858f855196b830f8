// Orphans: values that exist at the target and that no rotation owns. What a crash, a lost answer or a repeated request left
// behind is found by its operation’s mark or by its void version, destroyed, and both are recorded.
import { maybeAccepted, type Version } from '@rekey/core'
import { type Context, type Listed, markOf } from '@rekey/providers'
import type { Write } from '@rekey/store'
import { contextOf, type Ground, runner } from '../ground.ts'
import { note } from '../registry/credentials.ts'
import { bounded, TooLate } from './bounded.ts'

/**
 * Clears what is known or found to be orphaned, one after the other, until the lease may run out. Answers how many were
 * cleared, or null when something could not be looked for or cleared: it is still there, and the next sweep tries again.
 */
export async function clearOrphans(
  ground: Ground,
  credential: string,
  leaseUntilMs: number,
): Promise<number | null> {
  const row = await ground.store.credential(credential)
  const provider = row === null ? undefined : ground.providers.get(row.record.provider)
  const destroy = provider?.destroy
  // Where only a person can destroy, what was lost stays on record under its void version.
  if (row === null || provider === undefined || destroy === undefined) return 0
  let isWhole = true
  /** Each call has its own limit, and its own fault. */
  const tried = async <T>(call: (context: Context) => Promise<T>): Promise<T | null> => {
    try {
      return await bounded(ground, leaseUntilMs, async ({ signal, enter }) => {
        enter()
        return call(contextOf(ground, provider, row.record, signal))
      })
    } catch (error) {
      isWhole = false
      if (!(error instanceof TooLate)) ground.journal.trouble?.(`orphans of ${credential}`, error)
      return null
    }
  }
  // The list first: whatever is on it was intended before, so the record that is read after it knows its owner.
  const listed = await tried(async context => (await provider.list?.(context, credential)) ?? [])
  const versions = await ground.store.versions(credential)
  let cleared = 0
  for (const orphan of [...lost(versions), ...unowned(listed ?? [], versions)]) {
    const gone = await tried(async context => {
      await destroy.call(provider, context, orphan.handle)
      return true
    })
    if (gone !== true) continue
    if (await record(ground, row.id, orphan)) cleared++
    else isWhole = false
  }
  return isWhole ? cleared : null
}

interface Orphan {
  handle: string
  version: Version | null
}

function lost(versions: readonly Version[]): Orphan[] {
  return versions.flatMap(version =>
    version.state === 'void' && version.handle !== null && !isShared(version.handle, versions)
      ? [{ handle: version.handle, version }]
      : [],
  )
}

/** Where the target keeps one name for all values, to destroy one by its name is to destroy whichever is there. */
const isShared = (handle: string, versions: readonly Version[]) =>
  versions.filter(version => version.handle === handle).length > 1

function unowned(listed: readonly Listed[], versions: readonly Version[]): Orphan[] {
  // What was proved dead and is still listed was not destroyed, whatever the target said: it could be given back there.
  const known = new Set(versions.filter(version => version.state !== 'dead').map(version => version.handle))
  const dead = new Set(versions.flatMap(version => (known.has(version.handle) ? [] : [version.handle])))
  return listed
    .filter(({ handle, mark }) => {
      if (dead.has(handle)) return !isShared(handle, versions)
      // What bears no mark of an operation was not minted by us, and is not ours to destroy.
      if (known.has(handle) || mark === null) return false
      const owner = versions.find(version => markOf(version.operation) === mark)
      // An intended mint may be the very thing that is listed: its rotation resolves it. Once it has its name, whatever
      // else bears its key is a twin: the request came twice to the target.
      return owner === undefined || owner.handle !== null || !maybeAccepted(owner)
    })
    .map(({ handle }) => ({ handle, version: null }))
}

function record(ground: Ground, credential: string, { handle, version }: Orphan): Promise<boolean> {
  const stamp = { handle, version: version?.number ?? null, atMs: ground.nowMs(), by: runner }
  const found = { type: 'orphanFound', ...stamp } as const
  const cleared = { type: 'orphanCleared', ...stamp } as const
  const writes: Write[] = version === null ? [] : [{ put: 'version', row: { ...version, handle: null } }]
  return note(ground, credential, [found, cleared], writes)
}
