// What a kill reaches: credentials with those of their versions that the target may still accept. Read just before the order, and
// before the question whether to give it.
import { type Credential, type KillScope, reaches, reachesVersion, type Version } from '@rekey/core'
import type { CredentialRow, Store } from '@rekey/store'
import type { Plane } from '../api/plane.ts'

export interface Reached {
  row: CredentialRow
  /** The open rotation and how long its stream is; null: none is open. */
  open: { id: string; seq: number } | null
  /** All of them, of which the next are killed. */
  versions: readonly Version[]
  killed: readonly Version[]
}

const pageSize = 500

export async function reachedBy(plane: Pick<Plane, 'ground' | 'keep'>, scope: KillScope): Promise<Reached[]> {
  const { store } = plane.ground
  const bound = new Set<string>()
  if (scope.of === 'agent') {
    for (const { credential } of (await plane.keep.get('agent', scope.agent))?.bindings ?? [])
      bound.add(credential)
  }
  const reached: Reached[] = []
  for await (const row of named(plane, scope, bound)) {
    if (!reaches(scope, row.record as Credential, bound)) continue
    const { open, versions } = await standingOf(store, row)
    const killed = versions.filter(one => mayBeHeld(one) && reachesVersion(scope, one))
    if (killed.length > 0) reached.push({ row, open, versions, killed })
  }
  return reached
}

/**
 * What a credential that was just read has besides. In this order, and never side by side: whatever is read later is at least as new,
 * and a commit that stands on the lengths of both streams finds out that it was newer. A version changes with its rotation alone, too.
 */
export async function standingOf(
  store: Store,
  { id, openRotation }: CredentialRow,
): Promise<Pick<Reached, 'open' | 'versions'>> {
  const rotation = openRotation === null ? null : await store.rotation(openRotation)
  const open = rotation === null ? null : { id: rotation.id, seq: rotation.seq }
  return { open, versions: await store.versions(id) }
}

/** One that was killed before is not killed again. Of one that was only intended nobody can hold the value. */
export const mayBeHeld = ({ state, compromised }: Version): boolean =>
  !compromised &&
  (state === 'pre-active' || state === 'active' || state === 'suspended' || state === 'destroyed')

async function* named(
  { ground: { store } }: Pick<Plane, 'ground'>,
  scope: KillScope,
  bound: ReadonlySet<string>,
): AsyncGenerator<CredentialRow> {
  const ids = 'credential' in scope ? [scope.credential] : scope.of === 'agent' ? [...bound] : null
  if (ids !== null) {
    for (const id of ids) {
      const row = await store.credential(id)
      if (row !== null) yield row
    }
    return
  }
  for (let after: string | null = null; ; ) {
    const rows = await store.credentials({ after, limit: pageSize })
    yield* rows
    if (rows.length < pageSize) return
    after = rows.at(-1)!.id
  }
}
