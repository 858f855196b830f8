// The same incident by a careful operator at human speed, beside what was measured. Both are counted from the order, for nobody
// measures how long it took to notice here.
import type { KillView } from '@rekey/wire'
import { Table } from '../../parts/table.tsx'
import { lengthText } from '../../parts/time-text.ts'
import { marksTo, shareOf } from './bars.ts'

interface Row {
  name: string
  handMs: number
  measuredMs: number | null
  none: string
}

export function ByHand({ view: { byHand, measured } }: { view: KillView }) {
  const rows: Row[] = [
    {
      name: 'Revoked at every target',
      handMs: byHand.revokeMs - byHand.detectMs,
      measuredMs: measured.revokeMs,
      none: 'not yet',
    },
    {
      name: 'Everybody works again',
      handMs: byHand.propagateMs - byHand.detectMs,
      measuredMs: measured.propagateMs,
      none: 'not yet',
    },
  ]
  return (
    <section className="card stack" aria-labelledby="by-hand">
      <h2 id="by-hand">The same by hand</h2>
      <Bars rows={rows} />
      <p className="small soft">
        Each step of the scale is ten times as long as the one before. Both are counted from the moment at
        which somebody decides to kill. Before that a person needs about {lengthText(byHand.detectMs)} to see
        the alert and believe it;
        {measured.detectMs === null
          ? ' how long it took this time, nobody has measured.'
          : ` this time it took ${lengthText(measured.detectMs)}.`}
      </p>
      <details>
        <summary>What “by hand” assumes</summary>
        <div className="stack">
          <p className="soft">
            A careful operator, one thing after another. Nothing of it was measured here: put your own figures
            in their place.
          </p>
          <Table
            caption="Assumptions"
            columns={[
              { id: 'what', head: 'What', names: true, cell: one => one.what },
              { id: 'takes', head: 'Takes', number: true, cell: one => lengthText(one.takesMs) },
              { id: 'times', head: 'Times', number: true, cell: one => one.times },
              { id: 'sum', head: 'In all', number: true, cell: one => lengthText(one.takesMs * one.times) },
            ]}
            rows={byHand.assumptions}
            keyOf={one => one.what}
          />
        </div>
      </details>
    </section>
  )
}

/** How far to the right the longest bar goes: behind it stands its length in words. */
const widest = 68

function Bars({ rows }: { rows: readonly Row[] }) {
  const mostMs = Math.max(60_000, ...rows.map(one => Math.max(one.handMs, one.measuredMs ?? 0)))
  const at = (ms: number) => `${(shareOf(ms, mostMs) * widest).toFixed(2)}%`
  return (
    <div className="bars">
      <dl>
        {rows.map(({ name, handMs, measuredMs, none }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <span className="bar hand" style={{ width: at(handMs) }} />
              {lengthText(handMs)} by hand
            </dd>
            <dd>
              {measuredMs !== null && <span className="bar measured" style={{ width: at(measuredMs) }} />}
              {measuredMs === null ? (
                <span className="soft">{none}</span>
              ) : (
                `${lengthText(measuredMs)} measured`
              )}
            </dd>
          </div>
        ))}
      </dl>
      <div className="scale" aria-hidden="true">
        {marksTo(mostMs).map(({ ms, text }, index) => (
          <span key={ms} style={{ left: at(ms) }} data-every={index % 3 === 0 ? 'third' : undefined}>
            {text}
          </span>
        ))}
      </div>
    </div>
  )
}
