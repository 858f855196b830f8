// Uses and refusals over time as bars, with the steps of the rotation as marks; and the same as a table.
import { useChoice } from '../../parts/preference.ts'
import { instantText, minuteText } from '../../parts/time-text.ts'
import { useWidth } from '../../parts/use-width.ts'
import { type StepMark, type Stretch, stretchMs } from './errors-series.ts'

const height = 120
const top = 34

export function ErrorsChart({ series, marks }: { series: readonly Stretch[]; marks: readonly StepMark[] }) {
  const clock = useChoice('clock')
  const [at, width] = useWidth<HTMLElement>(720)
  const firstMs = series[0]!.atMs
  const spanMs = series.length * stretchMs
  const most = Math.max(1, ...series.map(one => one.uses))
  const x = (ms: number) => ((ms - firstMs) / spanMs) * width
  const step = width / series.length
  const wide = Math.max(1, Math.min(36, step * 0.7))
  const shown = marks.filter(one => one.atMs >= firstMs && one.atMs <= firstMs + spanMs)
  return (
    <figure className="chart" ref={at}>
      <svg width={width} height={top + height + 20} role="img" aria-label={summary(series)}>
        {series.map(one => {
          const all = (one.uses / most) * height
          const bad = one.authFailures === 0 ? 0 : Math.max(3, (one.authFailures / most) * height)
          const left = x(one.atMs) + (step - wide) / 2
          return (
            <g key={one.atMs}>
              <rect className="uses" x={left} y={top + height - all} width={wide} height={all} />
              <rect className="refused" x={left} y={top + height - bad} width={wide} height={bad} />
            </g>
          )
        })}
        <path className="axis" d={`M0 ${top + height}H${width}`} />
        {shown.map((one, at) => (
          <g key={`${one.atMs} ${one.text}`} className="step">
            <path d={`M${x(one.atMs)} ${top - 4}V${top + height}`} />
            <text
              x={Math.min(width - 4, x(one.atMs) + 3)}
              y={10 + (at % 4) * 9}
              textAnchor={x(one.atMs) > width - 60 ? 'end' : 'start'}
            >
              {one.text}
            </text>
          </g>
        ))}
        <text className="tick" x="0" y={top + height + 15}>
          {minuteText(firstMs, clock)}
        </text>
        <text className="tick" x={width} y={top + height + 15} textAnchor="end">
          {minuteText(firstMs + spanMs, clock)}
        </text>
      </svg>
      <figcaption className="row small soft">
        <span className="key uses" /> uses <span className="key refused" /> refused for their credential{' '}
        {marks.length > 0 && (
          <>
            <span className="key step" /> steps
          </>
        )}
      </figcaption>
      <details>
        <summary>As a table</summary>
        <div className="table-frame">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">From</th>
                <th scope="col" className="number">
                  Uses
                </th>
                <th scope="col" className="number">
                  Refused
                </th>
                <th scope="col">Steps</th>
              </tr>
            </thead>
            <tbody>
              {series
                .filter(one => one.uses > 0)
                .map(one => (
                  <tr key={one.atMs}>
                    <th scope="row">{instantText(one.atMs, clock)}</th>
                    <td className="number">{one.uses}</td>
                    <td className="number">{one.authFailures}</td>
                    <td>
                      {shown
                        .filter(mark => mark.atMs >= one.atMs && mark.atMs < one.atMs + stretchMs)
                        .map(mark => mark.text)
                        .join(', ')}
                    </td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}

function summary(series: readonly Stretch[]): string {
  const uses = series.reduce((sum, one) => sum + one.uses, 0)
  const refused = series.reduce((sum, one) => sum + one.authFailures, 0)
  return `${uses} uses, ${refused} of them refused for their credential; the table below has them by five minutes.`
}
