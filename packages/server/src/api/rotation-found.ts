// A rotation with its credential, if the caller may do that in the credential's environment; and its entity tag.
import type { CredentialRow, RotationRow } from '@rekey/store'
import type { Right, RotationView, Route } from '@rekey/wire'
import type { Caller } from '../access/caller.ts'
import { type Call, matches } from '../http/call.ts'
import { notFound, ProblemError } from '../http/problem.ts'
import { type Plane, visible } from './plane.ts'
import { rotationView } from './rotation-view.ts'

export interface Found {
  row: RotationRow
  credential: CredentialRow
}

/** Who may not even see it is told that there is none. */
export async function rotationFor(
  { ground }: Plane,
  caller: Caller,
  right: Right,
  id: string,
): Promise<Found> {
  const row = await ground.store.rotation(id)
  const credential = row === null ? null : await ground.store.credential(row.credential)
  if (row === null || credential === null) throw notFound(`rotation ${id}`)
  visible(caller, right, credential.record.environment, `rotation ${id}`)
  return { row, credential }
}

export const tagOf = ({ seq }: RotationRow) => String(seq)

/** `If-Match` names a state that is not this one any more. */
export function unchanged(call: Pick<Call<Route>, 'request'>, row: RotationRow): void {
  if (matches(call, tagOf(row)) === false) throw overtaken()
}

export const overtaken = () =>
  new ProblemError('stale-etag', {
    detail: 'The rotation has gone on since you looked.',
    how: 'Look at it again, and decide on what is there now.',
  })

/** As it is now, with its tag. */
export async function fresh(
  { ground }: Plane,
  { reply }: Pick<Call<Route>, 'reply'>,
  id: string,
): Promise<RotationView> {
  const row = await ground.store.rotation(id)
  const credential = row === null ? null : await ground.store.credential(row.credential)
  if (row === null || credential === null) throw notFound(`rotation ${id}`)
  reply.header('etag', `"${tagOf(row)}"`)
  return rotationView(row, credential)
}
