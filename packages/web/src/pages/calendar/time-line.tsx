// The next ninety days as a picture: a mark for each rotation, or how many a week where there are too many for marks. The tables
// beneath say the same in words.
import { to } from '../../address.ts'
import { useChoice } from '../../parts/preference.ts'
import { type Clock, instantText } from '../../parts/time-text.ts'
import { useWidth } from '../../parts/use-width.ts'
import { type Due, dayMs, type Line, lineDays } from './days.ts'
import { everyText, windowsText } from './policy-words.ts'

const height = 132
const base = 104

export function TimeLine({ line }: { line: Line }) {
  const clock = useChoice('clock')
  const [at, width] = useWidth<HTMLDivElement>(960)
  const pitch = width / lineDays
  const radius = Math.min(5, Math.max(2, pitch / 2 - 0.5))
  const stacks = stacked(line)
  const isDense =
    Math.max(0, ...stacks.values()) * (2 * radius + 1) > base - 16 || (pitch < 5 && line.marks.length > 40)
  return (
    <figure className="time-line">
      <div ref={at}>
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          <Axis line={line} width={width} clock={clock} />
          {isDense ? (
            <Weeks weeks={line.weeks} pitch={pitch} />
          ) : (
            <Marks line={line} pitch={pitch} radius={radius} clock={clock} />
          )}
        </svg>
      </div>
      <figcaption className="small soft">{captionOf(line, isDense, clock)}</figcaption>
    </figure>
  )
}

function stacked({ marks }: Line): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { day } of marks) counts.set(day, (counts.get(day) ?? 0) + 1)
  return counts
}

const dayText = (ms: number, clock: Clock) =>
  new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(clock === 'utc' && { timeZone: 'UTC' }),
  }).format(ms)

function Axis({ line: { fromMs }, width, clock }: { line: Line; width: number; clock: Clock }) {
  const pitch = width / lineDays
  const every = pitch * 7 > 52 ? 1 : pitch * 14 > 52 ? 2 : 4
  return (
    <g>
      <line x1={0} x2={width} y1={base + 0.5} y2={base + 0.5} className="axis" />
      {Array.from({ length: Math.ceil(lineDays / 7) }, (_, week) => week).map(week => {
        const x = week * 7 * pitch
        return (
          <g key={week}>
            <line x1={x + 0.5} x2={x + 0.5} y1={8} y2={base + 5} className="grid" />
            {week % every === 0 && x + 40 < width && (
              <text x={x + 3} y={base + 20}>
                {week === 0 ? 'today' : dayText(fromMs + (week * 7 + 0.5) * dayMs, clock)}
              </text>
            )}
          </g>
        )
      })}
    </g>
  )
}

function Marks({ line, pitch, radius, clock }: { line: Line; pitch: number; radius: number; clock: Clock }) {
  const stacks = new Map<number, number>()
  return (
    <g>
      {line.marks.map(({ day, one }) => {
        const place = stacks.get(day) ?? 0
        stacks.set(day, place + 1)
        return (
          // For whoever points at it. By keyboard the tables beneath lead to the same.
          <a key={one.credential} href={to('credentials', one.credential)} tabIndex={-1}>
            <Spot
              x={(day + 0.5) * pitch}
              y={base - radius - 3 - place * (2 * radius + 1)}
              radius={radius}
              is={one.overdue ? 'overdue' : one.alert ? 'alarm' : 'planned'}
              title={titleOf(one, clock)}
            />
          </a>
        )
      })}
    </g>
  )
}

interface SpotParts {
  x: number
  y: number
  radius: number
  is: 'overdue' | 'alarm' | 'planned'
  title: string
}

/** What is overdue is a square, and where an alarm rings it is rimmed: not by colour alone. */
const Spot = ({ x, y, radius, is, title }: SpotParts) =>
  is === 'overdue' ? (
    <rect x={x - radius} y={y - radius} width={2 * radius} height={2 * radius} className="spot" data-is={is}>
      <title>{title}</title>
    </rect>
  ) : (
    <circle cx={x} cy={y} r={radius} className="spot" data-is={is}>
      <title>{title}</title>
    </circle>
  )

const titleOf = (one: Due, clock: Clock) =>
  [
    `${one.name} (${one.environment})`,
    `begins ${instantText(one.startAtMs, clock)}`,
    `due ${instantText(one.dueAtMs, clock)}`,
    `${everyText(one.everyMs)}, ${windowsText(one.policy.windows)}`,
  ].join('\n')

function Weeks({ weeks, pitch }: { weeks: readonly number[]; pitch: number }) {
  const largest = Math.max(1, ...weeks)
  return (
    <g>
      {weeks.map((count, week) => {
        const tall = (count / largest) * (base - 30)
        const x = week * 7 * pitch
        const wide = Math.min(7, lineDays - week * 7) * pitch
        return (
          <g key={week}>
            <rect x={x + 2} y={base - tall} width={Math.max(1, wide - 4)} height={tall} className="week" />
            {count > 0 && (
              <text x={x + wide / 2} y={base - tall - 5} textAnchor="middle">
                {short(count)}
              </text>
            )}
          </g>
        )
      })}
    </g>
  )
}

const short = (count: number) => (count < 10_000 ? String(count) : `${Math.round(count / 1_000)}k`)

function captionOf({ marks, overdue, beyond, weeks, fromMs }: Line, isDense: boolean, clock: Clock): string {
  const count = (value: number) => value.toLocaleString('en-GB')
  const planned = marks.length - overdue
  const busiest = weeks.indexOf(Math.max(...weeks))
  const said = [
    `In the next ${lineDays} days ${count(planned)} ${planned === 1 ? 'rotation begins' : 'rotations begin'}`,
    ...(isDense ? [`the busiest week begins ${dayText(fromMs + (busiest * 7 + 0.5) * dayMs, clock)}`] : []),
    ...(overdue > 0 ? [`${count(overdue)} overdue${isDense ? '' : ', as squares'}`] : []),
    ...(beyond > 0 ? [`${count(beyond)} begin later`] : []),
  ]
  return `${said.join(' · ')}. ${isDense ? 'Each bar is seven days.' : 'Each mark is one credential.'}`
}
