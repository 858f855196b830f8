// Maintenance windows: spans of the week in which rotations may begin by themselves, in UTC.
import { SelectField, TextField } from '../../parts/fields.tsx'
import type { WindowDraft } from './policy-draft.ts'

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

interface WindowParts {
  windows: readonly WindowDraft[]
  onChange: (windows: WindowDraft[]) => void
  faults: Readonly<Record<string, string>>
}

export function WindowFields({ windows, onChange, faults }: WindowParts) {
  const set = (at: number, part: Partial<WindowDraft>) =>
    onChange(windows.map((one, other) => (other === at ? { ...one, ...part } : one)))
  return (
    <fieldset>
      <legend>Maintenance windows</legend>
      <p className="small soft">
        {windows.length === 0
          ? 'None: a rotation may begin at any time. With windows it begins within one, unless it is overdue.'
          : 'A rotation begins within one of these, unless it is overdue. Times are UTC.'}
      </p>
      {windows.map((one, at) => (
        <div key={at} className="fields window-row">
          <SelectField
            label="Day"
            value={one.weekday}
            onChange={weekday => set(at, { weekday })}
            options={days.map((text, day) => ({ value: String(day), text }))}
          />
          <TextField
            label="From (UTC)"
            placeholder="02:30"
            value={one.start}
            fault={faults[`windows[${at}].startMinute`]}
            onChange={start => set(at, { start })}
          />
          <TextField
            label="For"
            placeholder="2 h"
            value={one.length}
            fault={faults[`windows[${at}].lengthMs`]}
            onChange={length => set(at, { length })}
          />
          <button
            type="button"
            className="plain"
            onClick={() => onChange(windows.filter((_, other) => other !== at))}
          >
            Remove<span className="hidden"> window {at + 1}</span>
          </button>
        </div>
      ))}
      <div>
        <button
          type="button"
          onClick={() => onChange([...windows, { weekday: '6', start: '02:00', length: '4 h' }])}
        >
          Add a window
        </button>
      </div>
    </fieldset>
  )
}
