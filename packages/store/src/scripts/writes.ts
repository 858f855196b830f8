// The rows of a commit: sorted into tables, the last write of a key wins, tables always in the same order.
import type { Committed, Write } from '../contract.ts'
import type { Many, Param, Script } from '../script.ts'
import { byKey, columns, list, one, replacing, text } from './statements.ts'

type Rows = Map<string, readonly Param[]>

export interface Changes {
  readonly dueSubjects: readonly string[]
  readonly tables: ReadonlyMap<Table, Rows>
  readonly removed: ReadonlyMap<string, Remove>
  readonly digestedMs: number | null
}

type Remove = Extract<Write, { remove: string }>

const rotationColumns = columns('id:text credential:text phase:text seq:bigint state:text')
const ghostColumns = columns(
  'id:text credential:text seen_as:text version:bigint first_ms:bigint last_ms:bigint count:bigint state:text actor:text',
)

const tables = {
  due: (rows: Many['rows']): Many => ({
    into: 'due',
    columns: columns('subject:text at_ms:bigint token:bigint'),
    rows,
    onConflict: `ON CONFLICT (subject) DO UPDATE SET at_ms = CASE
      WHEN due.woken_ms IS NULL OR excluded.at_ms <= due.woken_ms THEN excluded.at_ms ELSE due.woken_ms END`,
  }),
  credential: replacing(
    'credentials',
    ['id'],
    columns(
      'id:text record:text current_version:bigint last_version:bigint open_rotation:text ' +
        'next_rotation_ms:bigint last_rotation_ms:bigint last_rollback_ms:bigint seq:bigint',
    ),
  ),
  consumer: replacing('consumers', ['credential', 'id'], columns('credential:text id:text record:text')),
  version: replacing(
    'versions',
    ['credential', 'number'],
    columns('credential:text number:bigint record:text'),
  ),
  // What ends goes first, so that the next may open in the same commit.
  endedRotation: replacing('rotations', ['id'], rotationColumns),
  rotation: replacing('rotations', ['id'], rotationColumns),
  assignment: replacing(
    'assignments',
    ['credential', 'consumer'],
    columns('credential:text consumer:text version:bigint since_ms:bigint'),
  ),
  // Sightings may have been added since the writer read the row: only what a person decides is replaced.
  ghost: (rows: Many['rows']): Many => ({
    into: 'ghosts',
    columns: ghostColumns,
    rows,
    onConflict: `ON CONFLICT (id) DO UPDATE SET state = excluded.state, actor = excluded.actor,
      count = CASE WHEN ghosts.count > excluded.count THEN ghosts.count ELSE excluded.count END,
      first_ms = CASE WHEN ghosts.first_ms < excluded.first_ms THEN ghosts.first_ms ELSE excluded.first_ms END,
      last_ms = CASE WHEN ghosts.last_ms > excluded.last_ms THEN ghosts.last_ms ELSE excluded.last_ms END`,
  }),
  sealed: replacing(
    'sealed',
    ['credential', 'version'],
    columns('credential:text version:bigint root_key:text wrapped_key:bytea ciphertext:bytea'),
  ),
  record: replacing(
    'records',
    ['kind', 'id'],
    columns('kind:text id:text record:text expires_ms:bigint put_by:text'),
  ),
}
type Table = keyof typeof tables

/** JSON, because a space or a slash may be part of an id, and two keys must never read the same. */
const key = (...parts: readonly (string | number)[]) =>
  parts.length === 1 ? String(parts[0]) : JSON.stringify(parts)

export function collect(writes: readonly Write[]): Changes {
  const found = new Map<Table, Rows>()
  const removed = new Map<string, Remove>()
  let digestedMs: number | null = null
  const put = (table: Table, id: string, row: readonly Param[]) => {
    const rows = found.get(table)
    if (rows === undefined) found.set(table, new Map([[id, row]]))
    else rows.set(id, row)
  }
  for (const write of writes) {
    if ('remove' in write) {
      const id = idOf(write)
      found.get(write.remove)?.delete(id)
      removed.set(key(write.remove, id), write)
    } else if (write.put === 'digested') {
      digestedMs = Math.max(digestedMs ?? 0, write.beforeMs)
    } else {
      const [table, id, row] = rowOf(write)
      removed.delete(key(table, id))
      // A rotation that is put twice is what the last of the two says.
      if (table === 'rotation') found.get('endedRotation')?.delete(id)
      if (table === 'endedRotation') found.get('rotation')?.delete(id)
      put(table, id, row)
    }
  }
  return { dueSubjects: [...(found.get('due')?.keys() ?? [])], tables: found, removed, digestedMs }
}

const idOf = (write: Remove) =>
  write.remove === 'record' ? key(write.kind, write.id) : key(write.credential, write.consumer)

type Put = Exclude<Extract<Write, { put: string }>, { put: 'digested' }>

function rowOf(write: Put): readonly [Table, string, readonly Param[]] {
  switch (write.put) {
    case 'due':
      return ['due', write.subject, [write.subject, write.atMs, 0]]
    case 'credential': {
      const { id, record, currentVersion, lastVersion, openRotation, seq } = write.row
      const { nextRotationMs, lastRotationMs, lastRollbackMs } = write.row
      const times = [nextRotationMs, lastRotationMs, lastRollbackMs]
      const rest = [currentVersion, lastVersion, openRotation, ...times, seq]
      return ['credential', id, [id, JSON.stringify(record), ...rest]]
    }
    case 'consumer': {
      const { credential, id } = write.row
      return ['consumer', key(credential, id), [credential, id, JSON.stringify(write.row)]]
    }
    case 'version': {
      const { credential, number } = write.row
      return ['version', key(credential, number), [credential, number, JSON.stringify(write.row)]]
    }
    case 'rotation': {
      const { id, credential, state, seq } = write.row
      const table = state.phase === 'ended' ? 'endedRotation' : 'rotation'
      return [table, id, [id, credential, state.phase, seq, JSON.stringify(state)]]
    }
    case 'assignment': {
      const { credential, consumer, version, sinceMs } = write.row
      return ['assignment', key(credential, consumer), [credential, consumer, version, sinceMs]]
    }
    case 'ghost': {
      const { id, credential, seenAs, version, firstMs, lastMs, count, state, by } = write.row
      return ['ghost', id, [id, credential, seenAs, version, firstMs, lastMs, count, state, by]]
    }
    case 'sealed': {
      const { credential, version, rootKey, wrappedKey, ciphertext } = write.row
      return ['sealed', key(credential, version), [credential, version, rootKey, wrappedKey, ciphertext]]
    }
    case 'record': {
      const { kind, id, record, expiresMs } = write.row
      return ['record', key(kind, id), [kind, id, JSON.stringify(record), expiresMs, null]]
    }
  }
}

/** A credential has at most one rotation under way. The unique index says so too; asking first gives a clear answer. */
export function* openRotationConflict({ tables }: Changes): Script<Committed | null> {
  const opening = tables.get('rotation')
  if (opening === undefined || opening.size === 0) return null
  const conflict = (credential: string): Committed => ({
    ok: false,
    why: 'conflict',
    stream: `rotation-of/${credential}`,
    expected: 0,
    actual: 1,
  })
  const credentials = new Set<string>()
  for (const [, credential] of opening.values() as Iterable<readonly [string, string]>) {
    if (credentials.has(credential)) return conflict(credential)
    credentials.add(credential)
  }
  const among = list([...credentials].sort())
  const rows = yield one(
    `SELECT id, credential FROM rotations WHERE phase <> 'ended' AND credential IN ${among.sql}`,
    ...among.params,
  )
  const ending = tables.get('endedRotation')
  const other = rows.find(row => !opening.has(text(row, 'id')) && !ending?.has(text(row, 'id')))
  return other === undefined ? null : conflict(text(other, 'credential'))
}

export function* write({ tables: found, removed, digestedMs }: Changes): Script<void> {
  for (const table of Object.keys(tables) as Table[]) {
    const rows = found.get(table)
    if (rows !== undefined && rows.size > 0) yield tables[table](byKey(rows))
  }
  for (const write of byKey(removed)) {
    if (write.remove === 'record') {
      yield one('DELETE FROM records WHERE kind = $1 AND id = $2', write.kind, write.id)
      continue
    }
    const { credential, consumer } = write
    yield one('DELETE FROM consumers WHERE credential = $1 AND id = $2', credential, consumer)
    yield one('DELETE FROM assignments WHERE credential = $1 AND consumer = $2', credential, consumer)
  }
  if (digestedMs !== null) {
    yield one(
      `UPDATE meta SET value = $1 WHERE name = 'buckets-digested-until' AND CAST(value AS bigint) < $2`,
      String(digestedMs),
      digestedMs,
    )
  }
}
