// A field for a moment, in the clock that the person has chosen.
import { TextField } from './fields.tsx'
import { momentText, readMoment } from './moment-text.ts'
import { useChoice } from './preference.ts'

export function MomentField({
  label,
  help,
  fault,
  ms,
  onChange,
}: {
  label: string
  help?: string
  fault?: string | null
  ms: number | null
  onChange: (ms: number | null) => void
}) {
  const clock = useChoice('clock')
  return (
    <TextField
      label={`${label} (${clock === 'utc' ? 'UTC' : 'local time'})`}
      type="datetime-local"
      help={help}
      fault={fault}
      value={ms === null ? '' : momentText(ms, clock)}
      onChange={text => onChange(readMoment(text, clock))}
    />
  )
}
