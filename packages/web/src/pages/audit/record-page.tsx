// The record: all events, the newest first, or those that are looked for.
import { useMemo, useState } from 'react'
import { setQuery, to, useAddress, withQuery } from '../../address.ts'
import { mayDo, usePerson } from '../../api/rights.ts'
import { Page } from '../../parts/page.tsx'
import { useChoice } from '../../parts/preference.ts'
import { instantText } from '../../parts/time-text.ts'
import { AllEvents } from './all-events.tsx'
import { ExportDialog } from './export-dialog.tsx'
import { FilterFields } from './filter-fields.tsx'
import { addressOf, type Filters, isEmpty, named, readFilters } from './filters.ts'
import { FoundEvents } from './found-events.tsx'
import { LogCard } from './log-card.tsx'
import { typeText } from './said/sentence.ts'
import { SearchField } from './search-field.tsx'

export function RecordPage() {
  const { query } = useAddress()
  const person = usePerson()
  const key = query.toString()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same text is the same filters.
  const filters = useMemo(() => readFilters(query), [key])
  const [isWide, setWide] = useState(false)
  // Whoever may not read everywhere would see more gaps than events: what they may see is gathered for them.
  const readsAll = person !== null && mayDo(person, 'read', null)
  const set = (next: Partial<Filters>) => setQuery(addressOf({ ...filters, ...next }))
  const isExporting = query.get('do') === 'export'
  return (
    <Page
      title="Audit"
      about="Everything that happened, as it was recorded. Each event is sealed into a log that even its operator cannot quietly change."
      actions={
        <button type="button" onClick={() => setQuery({ do: 'export' })}>
          Export
        </button>
      }
    >
      <div className="stack">
        <div className="audit-tools">
          <SearchField value={filters.text} onChange={text => set({ text })} />
          <button type="button" aria-expanded={isWide} onClick={() => setWide(!isWide)}>
            {isWide ? 'Fewer filters' : 'Filters'}
          </button>
          <Active filters={filters} set={set} />
        </div>
        {isWide && <FilterFields filters={filters} set={set} />}
        {isEmpty(filters) && readsAll ? <AllEvents /> : <FoundEvents key={key} filters={filters} />}
        <LogCard />
        <p className="small soft">
          Somebody sent you evidence of an event? <a href={to('audit', 'check')}>Check it here</a>, without
          asking anybody.
        </p>
      </div>
      {isExporting && <ExportDialog filters={filters} onClose={() => setQuery({ do: undefined })} />}
    </Page>
  )
}

interface ActiveParts {
  filters: Filters
  set: (next: Partial<Filters>) => void
}

function Active({ filters, set }: ActiveParts) {
  const clock = useChoice('clock')
  const some = named(filters, ms => instantText(ms, clock), typeText)
  if (some.length === 0) return null
  return (
    <ul role="list" className="row" aria-label="What is looked for">
      {some.map(({ text, without }) => (
        <li key={text}>
          <button
            type="button"
            className="chip"
            aria-label={`Look no longer for: ${text}`}
            onClick={() => set(without)}
          >
            <span className="chip-text">{text}</span> <span aria-hidden="true">✕</span>
          </button>
        </li>
      ))}
      <li>
        <a className="small" href={withQuery(to('audit'), {})}>
          All events
        </a>
      </li>
    </ul>
  )
}
