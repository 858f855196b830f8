// A sentence of the control plane. The points in time in it are written in UTC, for logs; here they are read as all others are.
import { useChoice } from './preference.ts'
import { dayText, instantText, minuteText } from './time-text.ts'

const instant = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z)/

export function Sentence({ children }: { children: string }) {
  const clock = useChoice('clock')
  const parts = children.split(instant)
  if (parts.length === 1) return children
  return parts.map((part, at) => {
    if (at % 2 === 0) return part
    const ms = Date.parse(part)
    const isToday = dayText(ms, clock) === dayText(Date.now(), clock)
    return (
      <time key={part} dateTime={part} title={instantText(ms, clock === 'utc' ? 'local' : 'utc')}>
        {isToday ? minuteText(ms, clock) : instantText(ms, clock)}
      </time>
    )
  })
}
