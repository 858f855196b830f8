// Events with compare-and-swap, and the rows they change. Everything that can refuse comes before the first write, so a
// refusal has nothing to undo. Two commits that race for a stream that does not exist yet meet at a unique index; the
// PostgreSQL engine runs the loser's script again, which then sees the winner.
import { canonicalJson } from '@rekey/log/canonical'
import type { Append, Commit, Committed } from '../contract.ts'
import type { Dialect, Param, Script } from '../script.ts'
import { lockDue } from './due.ts'
import { columns, int, list, one, replacing, text, textOrNull } from './statements.ts'
import { collect, openRotationConflict, write } from './writes.ts'

const eventColumns = columns('stream:text seq:bigint type:text at_ms:bigint actor:text data:text')
const headColumns = columns('stream:text length:bigint')
const putHeads = replacing('streams', ['stream'], headColumns)

export function* commit(dialect: Dialect, { fence, appends, writes }: Commit): Script<Committed> {
  const events = rowsOf(appends)
  const changes = collect(writes)

  if (fence !== null || dialect.forUpdate !== '') {
    const subjects = new Set(changes.dueSubjects)
    if (fence !== null) subjects.add(fence.subject)
    const rows = yield* lockDue(dialect, [...subjects].sort())
    if (fence !== null) {
      const row = rows.find(row => text(row, 'subject') === fence.subject)
      // Time alone ends no lease here: while nobody else has claimed it, what its holder decided still stands.
      const held = row && textOrNull(row, 'holder') === fence.holder && int(row, 'token') === fence.token
      if (!held) return { ok: false, why: 'lost-lease', subject: fence.subject }
    }
  }

  const lengths = yield* heads(dialect, appends)
  for (const { stream, expected, events } of appends) {
    const actual = lengths.get(stream) ?? 0
    if (actual !== expected) return { ok: false, why: 'conflict', stream, expected, actual }
    lengths.set(stream, expected + events.length)
  }
  const conflict = yield* openRotationConflict(changes)
  if (conflict !== null) return conflict

  const grown = [...new Set(appends.filter(({ events }) => events.length > 0).map(({ stream }) => stream))]
  if (grown.length > 0) yield putHeads(grown.sort().map(stream => [stream, lengths.get(stream)!]))
  let positions: number[] = []
  if (events.length > 0) {
    const written = yield {
      into: 'events',
      columns: eventColumns,
      rows: events,
      onConflict: 'RETURNING position',
    }
    positions = written.map(row => int(row, 'position'))
  }
  yield* write(changes)
  return { ok: true, positions }
}

/** The data is made canonical first of all: what cannot be written must fail before anything is locked. */
function rowsOf(appends: readonly Append[]): Param[][] {
  return appends.flatMap(({ stream, expected, events }) =>
    events.map((event, at) => [
      stream,
      expected + at + 1,
      event.type,
      event.atMs,
      event.by,
      canonicalJson(event.data),
    ]),
  )
}

function* heads(dialect: Dialect, appends: readonly Append[]): Script<Map<string, number>> {
  const streams = [...new Set(appends.map(({ stream }) => stream))].sort()
  if (streams.length === 0) return new Map()
  const among = list(streams)
  const rows = yield one(
    `SELECT stream, length FROM streams WHERE stream IN ${among.sql} ORDER BY stream ${dialect.forUpdate}`,
    ...among.params,
  )
  return new Map(rows.map(row => [text(row, 'stream'), int(row, 'length')]))
}
