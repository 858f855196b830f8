// The same incident by a careful operator at human speed, beside what was measured. Both are counted from the order, for nobody
// measures how long it took to notice here.
import type { KillView } from '@rekey/wire'
import { useId } from 'react'
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

const width = 640
const labelAt = 0
const barHeight = 16
const rowHeight = 66

/** The bars are a picture; the words beside them say the same. */
function Bars({ rows }: { rows: readonly Row[] }) {
  const id = useId()
  const mostMs = Math.max(60_000, ...rows.map(one => Math.max(one.handMs, one.measuredMs ?? 0)))
  const x = (ms: number) => shareOf(ms, mostMs) * (width - 120)
  const height = rows.length * rowHeight + 22
  const text = rows
    .map(
      ({ name, handMs, measuredMs, none }) =>
        `${name}: by hand ${lengthText(handMs)}, measured ${measuredMs === null ? none : lengthText(measuredMs)}.`,
    )
    .join(' ')
  return (
    <div className="bars-frame">
      <svg viewBox={`0 0 ${width} ${height}`} className="bars" role="img" aria-labelledby={id}>
        <title id={id}>{text}</title>
        {marksTo(mostMs).map(({ ms, text: mark }) => (
          <g key={ms}>
            <line x1={x(ms)} x2={x(ms)} y1={0} y2={height - 20} className="grid" />
            <text x={x(ms)} y={height - 4} className="tick" textAnchor={ms === 1 ? 'start' : 'middle'}>
              {mark}
            </text>
          </g>
        ))}
        {rows.map(({ name, handMs, measuredMs, none }, at) => {
          const y = at * rowHeight
          return (
            <g key={name}>
              <text x={labelAt} y={y + 14} className="label">
                {name}
              </text>
              <rect x={0} y={y + 21} width={Math.max(2, x(handMs))} height={barHeight} className="hand" />
              <text x={x(handMs) + 6} y={y + 34} className="value">
                {lengthText(handMs)} by hand
              </text>
              {measuredMs !== null && (
                <rect
                  x={0}
                  y={y + 39}
                  width={Math.max(2, x(measuredMs))}
                  height={barHeight}
                  className="measured"
                />
              )}
              <text x={(measuredMs === null ? 0 : x(measuredMs)) + 6} y={y + 52} className="value">
                {measuredMs === null ? none : `${lengthText(measuredMs)} measured`}
              </text>
            </g>
          )
        })}
      </svg>
    </div>
  )
}
