// The filters, each a field of its own.
import { type ReactNode, useId } from 'react'
import { useAsk } from '../../api/use.ts'
import { SelectField, TextField } from '../../parts/fields.tsx'
import { MomentField } from '../../parts/moment-field.tsx'
import type { Filters } from './filters.ts'
import { kindsOfEvents, typeText } from './said/sentence.ts'

interface FieldsParts {
  filters: Filters
  set: (next: Partial<Filters>) => void
}

export function FilterFields({ filters, set }: FieldsParts) {
  const credentials = useAsk('overview.calendar', { query: { limit: 500 } })
  const people = useAsk('people.list', { query: { limit: 500 } })
  const some = credentials.data?.items ?? []
  const environments = [...new Set(some.map(one => one.environment))].sort()
  return (
    <section className="card" aria-label="Filters">
      <div className="fields">
        <Listed values={some.map(one => ({ value: one.credential, text: one.name }))}>
          {list => (
            <TextField
              label="Credential"
              list={list}
              value={filters.credential}
              onChange={credential => set({ credential: credential.trim() })}
            />
          )}
        </Listed>
        <SelectField
          label="Environment"
          value={filters.environment}
          onChange={environment => set({ environment })}
          options={[
            { value: '', text: 'Any' },
            ...[...new Set([...environments, filters.environment])]
              .filter(Boolean)
              .map(value => ({ value, text: value })),
          ]}
        />
        <TypeField value={filters.type} onChange={type => set({ type })} />
        <Listed values={(people.data?.items ?? []).map(one => ({ value: one.id, text: one.name }))}>
          {list => (
            <TextField
              label="Who"
              help="A person’s id; agent:… and system:… for the others."
              list={list}
              value={filters.by}
              onChange={by => set({ by: by.trim() })}
            />
          )}
        </Listed>
        <MomentField label="From" ms={filters.fromMs} onChange={fromMs => set({ fromMs })} />
        <MomentField label="Until" ms={filters.toMs} onChange={toMs => set({ toMs })} />
      </div>
    </section>
  )
}

function Listed({
  values,
  children,
}: {
  values: readonly { value: string; text: string }[]
  children: (list: string) => ReactNode
}) {
  const id = useId()
  return (
    <>
      {children(id)}
      <datalist id={id} hidden>
        {values.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </datalist>
    </>
  )
}

function TypeField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const id = useId()
  const isOther = value !== '' && !kindsOfEvents.some(one => one.types.includes(value))
  return (
    <div className="field">
      <label htmlFor={id}>What happened</label>
      <select id={id} value={value} onChange={event => onChange(event.target.value)}>
        <option value="">Anything</option>
        {isOther && <option value={value}>{typeText(value)}</option>}
        {kindsOfEvents.map(({ name, types }) => (
          <optgroup key={name} label={name}>
            {types.map(type => (
              <option key={type} value={type}>
                {typeText(type)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </div>
  )
}
