// Where a consumer stands in the rotation that is open: its row of the ledger, with what it owes.
import { to, withQuery } from '../../address.ts'
import { useAsk } from '../../api/use.ts'
import { Mark, TruthMark } from '../../parts/mark.tsx'
import { Await } from '../../parts/notice.tsx'
import { Card, Facts } from '../../parts/page.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { When } from '../../parts/time.tsx'
import type { ConsumerRecord } from './words.ts'

interface RotationParts {
  one: ConsumerRecord
  /** null: none is open. */
  rotation: string | null
}

export const InRotation = ({ one, rotation }: RotationParts) =>
  rotation === null ? null : <Open one={one} rotation={rotation} />

function Open({ one, rotation }: { one: ConsumerRecord; rotation: string }) {
  const asked = useAsk('rotations.ledger', { params: { id: rotation } }, { everyMs: 3_000 })
  return (
    <Card title="In the rotation that is open" aside={<a href={to('rotations', rotation)}>the rotation</a>}>
      <Await asked={asked}>
        {({ rows, leaving, arriving }) => {
          const row = rows.find(found => found.consumer === one.id)
          if (row === undefined)
            return (
              <p className="soft">It has no row in the ledger: it gets its token through somebody else.</p>
            )
          return (
            <div className="stack">
              <Facts
                facts={[
                  { name: 'Acts on', value: <TruthMark is={row.truth} /> },
                  leaving !== null && {
                    name: `Last use of v${leaving}`,
                    value: <When ms={row.lastOldUseMs} none="not seen" />,
                  },
                  arriving !== null && {
                    name: `First success with v${arriving}`,
                    value: <When ms={row.firstNewSuccessMs} none="not yet" />,
                  },
                  row.exercised !== null && {
                    name: 'Exercised on purpose',
                    value: row.exercised ? 'yes' : 'not yet',
                  },
                  {
                    name: 'Lets the old version go',
                    value: row.safe ? <Mark tone="good">yes</Mark> : <Mark tone="warn">not yet</Mark>,
                  },
                ]}
              />
              {row.missing.length > 0 && (
                <ul className="bulleted">
                  {row.missing.map(missing => (
                    <li key={`${missing.gate} ${missing.what}`}>
                      <Sentence>{missing.text}</Sentence>
                      <span className="how">{missing.how}</span>
                    </li>
                  ))}
                </ul>
              )}
              {row.missing.length > 0 && (
                <p>
                  <a href={withQuery(to('consumers', one.credential, one.id), { do: 'attest' })}>
                    Attest what you saw
                  </a>
                </p>
              )}
            </div>
          )
        }}
      </Await>
    </Card>
  )
}
