// The value that a credential has today. It goes into the request and nowhere else: no draft, no address, no log.
import { useState } from 'react'
import { AreaField, CheckField, SelectField, TextField } from '../../../parts/fields.tsx'
import { MomentField } from '../../../parts/moment-field.tsx'
import type { RegisterDraft } from './draft.ts'

interface ValueParts {
  draft: RegisterDraft
  set: (part: Partial<RegisterDraft>) => void
  value: string
  onValue: (value: string) => void
  faults: Readonly<Record<string, string>>
  /** The draft was there from before, and the value was not in it. */
  isKept: boolean
}

export function ValueFields({ draft, set, value, onValue, faults, isKept }: ValueParts) {
  const [hasLines, setHasLines] = useState(false)
  const field = {
    label: 'The value',
    required: true,
    value,
    onChange: onValue,
    fault: faults['existing.value'],
    help: `It is sealed at once, and never shown unasked.${isKept && value === '' ? ' It is kept in no draft: enter it again.' : ''}`,
  }
  return (
    <div className="stack">
      <div className="fields">
        <SelectField
          label="Is there a value today?"
          value={draft.hasValue ? 'yes' : 'no'}
          onChange={answer => {
            set({ hasValue: answer === 'yes' })
            onValue('')
          }}
          options={[
            { value: 'yes', text: 'Yes: consumers use one already' },
            { value: 'no', text: 'No: the first rotation issues it' },
          ]}
        />
      </div>
      {draft.hasValue && (
        <>
          <div className="fields">
            <TextField
              label="What the target calls it"
              required
              help="The login, or the id of the key: by it Rekey disables and destroys it one day. Not the value"
              maxLength={500}
              value={draft.handle}
              fault={faults['existing.handle']}
              onChange={handle => set({ handle })}
            />
            {hasLines ? (
              <AreaField {...field} rows={6} />
            ) : (
              <TextField {...field} type="password" autoComplete="off" />
            )}
            <MomentField
              label="Issued"
              help="Its age decides when it is rotated first. Empty: now"
              fault={faults['existing.issuedMs'] ?? null}
              ms={draft.issuedMs}
              onChange={issuedMs => set({ issuedMs })}
            />
          </div>
          <CheckField
            label="The value has several lines, as a key in PEM"
            help="It is shown while you enter it then."
            value={hasLines}
            onChange={setHasLines}
          />
        </>
      )}
    </div>
  )
}
