// What happened to the credential, the newest first, each in a sentence.
import type { CredentialView, EventView } from '@rekey/wire'
import { useState } from 'react'
import { to, withQuery } from '../../address.ts'
import { useAsk } from '../../api/use.ts'
import { Await } from '../../parts/notice.tsx'
import { Empty } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Instant } from '../../parts/time.tsx'
import { actorText, plainSentence, sentenceOf } from '../audit/said/sentence.ts'

const more = 200

const columns: readonly Column<EventView>[] = [
  {
    id: 'when',
    head: 'When',
    cell: one => <Instant ms={one.atMs} />,
    sort: one => one.position,
  },
  {
    id: 'what',
    head: 'What happened',
    names: true,
    cell: one => (
      <span className="told">
        {sentenceOf(one).map((piece, at) =>
          typeof piece === 'string' ? (
            piece
          ) : (
            <a key={at} href={piece.href}>
              {piece.text}
            </a>
          ),
        )}
      </span>
    ),
  },
  {
    id: 'by',
    head: 'By',
    cell: one => <span className="anywhere">{actorText(one.by)}</span>,
    sort: one => one.by,
  },
  {
    id: 'proof',
    head: 'In the record',
    cell: one => <a href={to('audit', one.position)}>event {one.position}</a>,
    number: true,
  },
]

export function HistoryTab({ credential: { id } }: { credential: CredentialView }) {
  const [limit, setLimit] = useState(more)
  const asked = useAsk('record.history', { query: { credential: id, limit } })
  return (
    <Await asked={asked}>
      {({ items, more: hasMore }) => (
        <div className="stack">
          <Table
            caption="What happened"
            columns={columns}
            rows={items}
            keyOf={one => String(one.position)}
            textOf={one => `${plainSentence(one)} ${one.by} ${one.type}`}
            rowHeight={48}
            none={
              <Empty title="Nothing is recorded of it where you may look.">
                <p>
                  Whatever happens to a credential is written down before it is done, and what came of it
                  after.
                </p>
              </Empty>
            }
          />
          {hasMore && (
            <div className="row">
              {limit < 1_000 && (
                <button type="button" onClick={() => setLimit(Math.min(1_000, limit + more))}>
                  Further back
                </button>
              )}
              <a href={withQuery(to('audit'), { credential: id })}>All of it in the audit</a>
            </div>
          )}
        </div>
      )}
    </Await>
  )
}
