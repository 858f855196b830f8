// Runs a script on a pooled connection and knows what may be done when that fails: a clash is run again, a lost
// connection is run again too, and after a COMMIT without an answer the caller settles what was applied.
import type pg from 'pg'
import type { Script } from '../script.ts'
import { failure, isClash, isLost, unreachable } from './failure.ts'
import { drive } from './statement.ts'

/** Clashes end in a moment, because one side always wins; a server that restarts takes longer. */
const clashesBorne = 20
const lossesBorne = 6
const lossesBorneMs = 10_000

/** Given what attempts would have answered whose COMMIT got no answer, and what the last one answers. */
export type Settle<T> = (unanswered: readonly T[], last: T) => Promise<T>

/** How a script's transaction begins; null: each statement is one of its own. */
type Begin = string | null

export async function run<T>(
  pool: pg.Pool,
  begin: Begin,
  script: () => Script<T>,
  settle: Settle<T>,
): Promise<T> {
  const sent: T[] = []
  const giveUpMs = performance.now() + lossesBorneMs
  let clashes = 0
  let losses = 0
  for (;;) {
    const unanswered = sent.slice()
    try {
      const value = await once(pool, begin, script, value => sent.push(value))
      return unanswered.length === 0 ? value : await settle(unanswered, value)
    } catch (error) {
      if (isLost(error)) {
        if (++losses > lossesBorne || performance.now() > giveUpMs) throw lostFor(error, sent)
        await pause(10 * 2 ** losses)
      } else if (isClash(error)) {
        // The server has answered, so this attempt left nothing.
        sent.length = unanswered.length
        if (++clashes > clashesBorne) throw failure(error)
        await pause(Math.min(50, clashes * 2))
      } else {
        throw failure(error)
      }
    }
  }
}

async function once<T>(
  pool: pg.Pool,
  begin: Begin,
  script: () => Script<T>,
  sending: (value: T) => void,
): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  // A checked-out connection that breaks says so here as well as to the statement that waits.
  const onError = (error: Error) => {
    broken = error
  }
  client.on('error', onError)
  try {
    if (begin === null) return await drive(client, script())
    await client.query(begin)
    const value = await drive(client, script())
    if (begin === 'BEGIN') sending(value)
    await client.query('COMMIT')
    return value
  } catch (error) {
    if (isLost(error)) broken = error as Error
    else if (begin !== null) await client.query('ROLLBACK').catch(failed => onError(failed as Error))
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

function lostFor(error: unknown, sent: readonly unknown[]): unknown {
  if (sent.length === 0) return failure(error)
  return unreachable(
    'PostgreSQL was lost while it committed: the change may have been made or not',
    'Read the state again once the server answers; what was acknowledged is there.',
    failure(error),
  )
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
