// Versions on a line of time: a bar for what each could be used for, and a shape for each thing that happened to it.
import type { ReactNode } from 'react'
import { useChoice } from '../../../parts/preference.ts'
import { useNow } from '../../../parts/time.tsx'
import { dayText, instantText, minuteText } from '../../../parts/time-text.ts'
import { useWidth } from '../../../parts/use-width.ts'
import { type Life, type Mark, reachOf, ticksOf } from './lives.ts'

const rowHeight = 40
const left = 56
const right = 16
const mostRows = 40

export function TimeLine({ lives }: { lives: readonly Life[] }) {
  const [at, width] = useWidth<HTMLDivElement>()
  const nowMs = useNow(60_000)
  const clock = useChoice('clock')
  const shown = lives.slice(0, mostRows)
  const reach = reachOf(shown, nowMs)
  if (reach === null) return null
  const spanMs = reach.toMs - reach.fromMs
  const x = (ms: number) => left + ((ms - reach.fromMs) / spanMs) * Math.max(80, width - left - right)
  const height = shown.length * rowHeight + 28
  const isDays = spanMs > 3 * 86_400_000
  return (
    <figure className="lives" ref={at}>
      <svg
        width={width}
        height={height}
        role="img"
        aria-label="The lives of versions; the table below says the same"
      >
        {ticksOf(reach, Math.max(2, Math.floor(width / 140))).map(ms => (
          <g key={ms}>
            <path className="grid" d={`M${x(ms)} 0V${height - 24}`} />
            <text className="tick" x={x(ms)} y={height - 8} textAnchor={anchor(x(ms), width)}>
              {isDays ? dayText(ms, clock) : minuteText(ms, clock)}
            </text>
          </g>
        ))}
        {shown.map(({ version, spans, marks }, row) => {
          const y = row * rowHeight + rowHeight / 2
          return (
            <g key={version.number}>
              <text className="name" x="0" y={y + 4}>
                v{version.number}
              </text>
              {spans.map(({ is, fromMs, toMs }) => (
                <rect
                  key={`${is} ${fromMs}`}
                  className="span"
                  data-is={is}
                  x={x(fromMs)}
                  y={y - (is === 'active' ? 6 : 3)}
                  width={Math.max(1, x(toMs ?? reach.toMs) - x(fromMs))}
                  height={is === 'active' ? 12 : 6}
                />
              ))}
              {marks.map(({ is, atMs }) => (
                <g
                  key={`${is} ${atMs}`}
                  className="event"
                  data-is={is}
                  transform={`translate(${x(atMs)} ${is === 'compromised' ? y - 13 : y})`}
                >
                  <title>{`v${version.number} ${markTexts[is]}: ${instantText(atMs, clock)}`}</title>
                  {shapes[is]}
                </g>
              ))}
            </g>
          )
        })}
      </svg>
      <figcaption className="row small soft">
        {(Object.keys(shapes) as Mark['is'][]).map(is => (
          <span key={is} className="row key-of">
            <svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true">
              <g className="event" data-is={is}>
                {shapes[is]}
              </g>
            </svg>
            {markTexts[is]}
          </span>
        ))}
      </figcaption>
      {lives.length > mostRows && (
        <p className="small soft">The newest {mostRows} are drawn; the table has all of them.</p>
      )}
    </figure>
  )
}

const anchor = (x: number, width: number) => (x < left + 30 ? 'start' : x > width - 60 ? 'end' : 'middle')

export const markTexts: Record<Mark['is'], string> = {
  issued: 'issued',
  active: 'active',
  disabled: 'disabled',
  destroyed: 'destroyed',
  dead: 'proved dead',
  compromised: 'compromised',
  void: 'void: nobody ever held it',
}

const shapes: Record<Mark['is'], ReactNode> = {
  issued: <circle r="5" className="hollow" />,
  active: <circle r="5" />,
  disabled: <path d="M-5-5h10v10H-5z" className="hollow" />,
  destroyed: <path d="M-5-5h10v10H-5z" />,
  dead: <path d="M-5-5 5 5M5-5-5 5" className="line" />,
  compromised: <path d="M0-6 6 5H-6z" />,
  void: <path d="M-5 0H5" className="line" />,
}
