// Who is connected as which login, and how those connections are ended.
import { setTimeout as wait } from 'node:timers/promises'
import { didNotEnd, mayStillLogIn } from '../logins.ts'
import { connectedNow, settled, usageOn } from '../nodes.ts'
import type { Context, Usage } from '../provider.ts'
import { accountOf, text } from './account.ts'
import { noSuchThread, numberOf, placeOf, tableDenied } from './answers.ts'
import { asAdmin, type Node, type Session, settingsOf } from './node.ts'

const lookAgainMs = 50

/** Only what can no longer log in is ended: it would be back before the next look. */
export async function endOn(session: Session, node: Node, handle: string, context: Context): Promise<void> {
  const { signal } = context
  const mayLogIn = async () => (await accountOf(session, context, handle))?.isLocked === false
  if (await settled(context, mayLogIn, may => !may)) {
    throw mayStillLogIn(placeOf(node), handle)
  }
  await seesAll(session)
  while (!signal.aborted) {
    const rows = await session.query<{ id: number }>(
      `SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = ${text(handle)}`,
    )
    if (rows.length === 0) return
    for (const { id } of rows) await kill(session, id)
    await wait(lookAgainMs)
  }
  throw didNotEnd(placeOf(node), handle)
}

/** Without the right PROCESS, MariaDB shows each its own sessions only and says nothing; this it refuses in words. */
const seesAll = (session: Session) => session.query('SELECT count(*) FROM information_schema.INNODB_TRX')

/** One by one: KILL USER passes over what it may not end without a word. */
async function kill(session: Session, id: number): Promise<void> {
  try {
    await session.query(`KILL CONNECTION ${Number(id)}`)
  } catch (error) {
    if (numberOf(error) !== noSuchThread) throw error
  }
}

export const usageOf = (context: Context, handles: readonly string[]): Promise<Usage> =>
  usageOn(context, settingsOf(context).nodes, placeOf, async (node, asOfMs, gap) => {
    const seen = await asAdmin(context, node, session => seenOn(session, handles))
    gap(`${placeOf(node)} tells of no attempt that it refused`)
    if (!seen.byName) {
      gap(
        `on ${placeOf(node)} users are told apart by address only: GRANT SELECT ON performance_schema.session_connect_attrs`,
      )
    }
    return seen.rows.map(row => connectedNow(row.handle, row.seenAs, asOfMs))
  })

interface Seen {
  rows: { handle: string; seenAs: string | null }[]
  byName: boolean
}

async function seenOn(session: Session, handles: readonly string[]): Promise<Seen> {
  await seesAll(session)
  if (handles.length === 0) return { rows: [], byName: true }
  const whose = `p.USER IN (${handles.map(text).join(', ')})`
  // An address without its port, which is another for each connection.
  const address = "regexp_replace(p.HOST, ':[0-9]+$', '')"
  const from = 'FROM information_schema.PROCESSLIST p'
  try {
    const rows = await session.query<Seen['rows'][number]>(
      `SELECT DISTINCT p.USER AS handle, coalesce(nullif(a.ATTR_VALUE, ''), ${address}) AS seenAs ${from}
       LEFT JOIN performance_schema.session_connect_attrs a ON a.PROCESSLIST_ID = p.ID AND a.ATTR_NAME = 'program_name'
       WHERE ${whose}`,
    )
    return { rows, byName: true }
  } catch (error) {
    if (numberOf(error) !== tableDenied) throw error
    const rows = await session.query<Seen['rows'][number]>(
      `SELECT DISTINCT p.USER AS handle, ${address} AS seenAs ${from} WHERE ${whose}`,
    )
    return { rows, byName: false }
  }
}
