// Orphans: values that exist at the target and that no rotation owns. What a crash or a lost answer left behind is found by
// its operation key or by its void version, destroyed, and both are recorded.
import { maybeAccepted, type Version } from '@rekey/core'
import type { Context, Listed } from '@rekey/providers'
import type { Write } from '@rekey/store'
import { type Ground, runner } from '../ground.ts'
import { note } from '../registry/credentials.ts'

/** Clears what is known or found to be orphaned; answers how many were cleared, or null when it could not look or clear. */
export async function clearOrphans(ground: Ground, credential: string): Promise<number | null> {
  const row = await ground.store.credential(credential)
  const provider = row === null ? undefined : ground.providers.get(row.record.provider)
  if (row === null || provider === undefined) return 0
  const context: Context = {
    settings: row.record.settings,
    signal: ground.within(ground.limits.callMs),
  }
  try {
    // The list first: whatever is on it was intended before, so the record that is read after it knows its owner.
    const listed = (await provider.list?.(context, credential)) ?? []
    const versions = await ground.store.versions(credential)
    let cleared = 0
    for (const orphan of [...lost(versions), ...unowned(listed, versions)]) {
      await provider.destroy(context, orphan.handle)
      await record(ground, row.id, orphan)
      cleared++
    }
    return cleared
  } catch (error) {
    // It is still there and still known; the next sweep tries again.
    ground.journal.trouble?.(`orphans of ${credential}`, error)
    return null
  }
}

interface Orphan {
  handle: string
  version: Version | null
}

function lost(versions: readonly Version[]): Orphan[] {
  return versions.flatMap(version =>
    version.state === 'void' && version.handle !== null ? [{ handle: version.handle, version }] : [],
  )
}

function unowned(listed: readonly Listed[], versions: readonly Version[]): Orphan[] {
  return listed
    .filter(({ handle, operation }) => {
      const owner = versions.find(version => version.handle === handle || version.operation === operation)
      // An intended mint may be the very thing that is listed: its rotation resolves it. What bears no operation key
      // was not minted by us, and is not ours to destroy.
      return operation !== null && (owner === undefined || !maybeAccepted(owner)) && owner?.handle !== handle
    })
    .map(({ handle }) => ({ handle, version: null }))
}

async function record(ground: Ground, credential: string, { handle, version }: Orphan): Promise<void> {
  const stamp = { handle, version: version?.number ?? null, atMs: ground.nowMs(), by: runner }
  const found = { type: 'orphanFound', ...stamp } as const
  const cleared = { type: 'orphanCleared', ...stamp } as const
  const writes: Write[] = version === null ? [] : [{ put: 'version', row: { ...version, handle: null } }]
  await note(ground, credential, [found, cleared], writes)
}
