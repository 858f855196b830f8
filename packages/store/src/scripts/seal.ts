// The sealed log: events become leaves in order of position, under compare-and-swap on the size of the tree.
import type { LogState, Seal, StoredEvent, TileRow } from '../contract.ts'
import type { Dialect, Row, Script } from '../script.ts'
import { eventColumns } from './read.ts'
import { eventOf } from './rows.ts'
import { bytes, columns, int, one, portions, replacing, textOrNull } from './statements.ts'

const putTiles = replacing('tiles', ['level', 'n'], columns('level:bigint n:bigint bytes:bytea'))
const leafColumns = columns('position:bigint leaf:bigint')

export function* logState(): Script<LogState> {
  return stateOf(yield one('SELECT size, checkpoint FROM log_state WHERE id = 1'))
}

export function* unsealed(_: Dialect, limit: number): Script<StoredEvent[]> {
  const rows = yield one(
    `SELECT ${eventColumns} FROM events WHERE leaf IS NULL ORDER BY leaf, position LIMIT $1`,
    limit,
  )
  return rows.map(eventOf)
}

export function* tiles(_: Dialect, coordinates: readonly { level: number; n: number }[]): Script<TileRow[]> {
  const found: TileRow[] = []
  for (const some of portions(coordinates, 64)) {
    const wanted = some.map((_, at) => `(level = $${2 * at + 1} AND n = $${2 * at + 2})`).join(' OR ')
    const rows = yield one(
      `SELECT level, n, bytes FROM tiles WHERE ${wanted} ORDER BY level, n`,
      ...some.flatMap(({ level, n }) => [level, n]),
    )
    for (const row of rows) {
      found.push({ level: int(row, 'level'), n: int(row, 'n'), bytes: bytes(row, 'bytes') })
    }
  }
  return found
}

export function* seal(
  dialect: Dialect,
  { expectedSize, positions, tiles, checkpoint }: Seal,
): Script<boolean> {
  const state = stateOf(yield one(`SELECT size, checkpoint FROM log_state WHERE id = 1 ${dialect.forUpdate}`))
  if (state.size !== expectedSize) return false
  if (positions.length > 0) {
    const changed = yield {
      update: 'events',
      columns: leafColumns,
      keys: 1,
      rows: positions.map((position, at) => [position, expectedSize + at]),
      where: 'AND events.leaf IS NULL',
    }
    // The size was right, so nobody else has sealed them: whoever asks for this has lost count.
    if (changed.length !== positions.length)
      throw new Error('only events that are stored and unsealed can be sealed')
  }
  if (tiles.length > 0) yield putTiles(tiles.map(({ level, n, bytes }) => [level, n, bytes]))
  yield one(
    'UPDATE log_state SET size = $1, checkpoint = $2 WHERE id = 1',
    expectedSize + positions.length,
    checkpoint,
  )
  return true
}

export function* leaf(_: Dialect, index: number): Script<StoredEvent | null> {
  const [row] = yield one(`SELECT ${eventColumns} FROM events WHERE leaf = $1`, index)
  return row === undefined ? null : eventOf(row)
}

export function* leaves(_: Dialect, from: number, count: number): Script<StoredEvent[]> {
  const rows = yield one(
    `SELECT ${eventColumns} FROM events WHERE leaf >= $1 AND leaf < $2 ORDER BY leaf`,
    from,
    from + count,
  )
  return rows.map(eventOf)
}

const stateOf = ([row]: readonly Row[]): LogState => {
  if (row === undefined) throw new Error('the store has no state of its log')
  return { size: int(row, 'size'), checkpoint: textOrNull(row, 'checkpoint') }
}
