// The list of rotations, a page at a time. Who may see what depends on the environment of the credential, which the store does
// not select by: so a page is gathered from several of the store's, and a request looks at so many rows at the most.
import type { CredentialRow, RotationRow } from '@rekey/store'
import type { QueryOf, RotationView, routes } from '@rekey/wire'
import { type Caller, may } from '../access/caller.ts'
import { credentialFor, type Plane } from './plane.ts'
import { rotationView } from './rotation-view.ts'

type Query = QueryOf<typeof routes.rotations.list>

interface Page {
  items: RotationView[]
  next: string | null
}

const mostLooked = 2_000
const pageSize = 200

export async function listRotations(plane: Plane, caller: Caller, query: Query): Promise<Page> {
  if (query.credential !== undefined) await credentialFor(plane, caller, 'read', query.credential)
  return query.open === true && query.credential === undefined
    ? openOnes(plane, caller, query)
    : all(plane, caller, query)
}

const isWanted = (caller: Caller, { environment }: Query, { record }: CredentialRow) =>
  may(caller, 'read', record.environment) && (environment === undefined || environment === record.environment)

async function all({ ground }: Plane, caller: Caller, query: Query): Promise<Page> {
  const { store } = ground
  const { credential = null, limit = 100, open } = query
  const owners = new Map<string, Promise<CredentialRow | null>>()
  const ownerOf = ({ credential: id }: RotationRow) => {
    const known = owners.get(id) ?? store.credential(id)
    owners.set(id, known)
    return known
  }
  const items: RotationView[] = []
  let after = query.after ?? null
  for (let looked = 0; looked < mostLooked; looked += pageSize) {
    const rows = await store.rotations({ credential, after, limit: pageSize })
    for (const row of rows) {
      after = row.id
      if (open !== undefined && open !== (row.state.phase !== 'ended')) continue
      const owner = await ownerOf(row)
      if (owner === null || !isWanted(caller, query, owner)) continue
      items.push(rotationView(row, owner))
      if (items.length === limit) return { items, next: after }
    }
    if (rows.length < pageSize) return { items, next: null }
  }
  return { items, next: after }
}

/** A credential knows which rotation of it is open: years of ended ones need not be looked through. */
async function openOnes({ ground }: Plane, caller: Caller, query: Query): Promise<Page> {
  const { store } = ground
  const { limit = 100 } = query
  const items: RotationView[] = []
  let after = query.after ?? null
  for (let looked = 0; looked < mostLooked; looked += pageSize) {
    const owners = await store.credentials({ after, limit: pageSize })
    for (const owner of owners) {
      after = owner.id
      if (owner.openRotation === null || !isWanted(caller, query, owner)) continue
      const row = await store.rotation(owner.openRotation)
      if (row === null || row.state.phase === 'ended') continue
      items.push(rotationView(row, owner))
      if (items.length === limit) return { items, next: after }
    }
    if (owners.length < pageSize) return { items, next: null }
  }
  return { items, next: after }
}
