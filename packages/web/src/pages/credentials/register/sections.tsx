// The steps of the form for a new credential, one below the other, with what each still needs.
import type { ReactNode } from 'react'
import { TextField } from '../../../parts/fields.tsx'
import { Mark } from '../../../parts/mark.tsx'
import { under } from '../../../parts/problem-places.ts'
import { SchemaForm } from '../../../parts/schema-form.tsx'
import type { Schema } from '../../../parts/schema-shape.ts'
import type { ProviderItem } from '../../providers/list.tsx'
import { AboutFields } from '../about-fields.tsx'
import { PolicyFields } from '../policy-fields.tsx'
import { idOf, type RegisterDraft, type Step, stepOf } from './draft.ts'
import { NewConsumers } from './new-consumers.tsx'
import { ProviderChoice } from './provider-choice.tsx'
import { ValueFields } from './value-fields.tsx'

interface SectionsParts {
  providers: readonly ProviderItem[]
  chosen: ProviderItem | null
  choose: (kind: string) => void
  draft: RegisterDraft
  set: (part: Partial<RegisterDraft>) => void
  value: string
  onValue: (value: string) => void
  /** Those that are shown at their fields. */
  faults: Readonly<Record<string, string>>
  /** All that is missing still, shown or not. */
  open: Readonly<Record<string, string>>
  isKept: boolean
  ofEnvironment: ReactNode
}

export function Sections(parts: SectionsParts) {
  const { providers, chosen, choose, draft, set, faults, open, ofEnvironment } = parts
  const missing = (step: Step) => Object.keys(open).filter(place => stepOf(place) === step).length
  return (
    <>
      <Section at={1} title="What speaks to its target" missing={missing('provider')}>
        <ProviderChoice all={providers} chosen={chosen} onChoose={choose} fault={faults['provider']} />
      </Section>
      <Section at={2} title="Its settings there" missing={chosen === null ? null : missing('settings')}>
        {chosen === null ? (
          <p className="soft">Choose a provider first: each needs other settings.</p>
        ) : (
          <>
            {faults['settings'] && <p className="fault-text">{faults['settings']}</p>}
            <SchemaForm
              schema={chosen.settings as Schema}
              typed={draft.settings}
              onChange={settings => set({ settings })}
              faults={under(faults, 'settings')}
            />
          </>
        )}
      </Section>
      <Section at={3} title="What it is" missing={missing('about')}>
        <AboutFields
          draft={draft.about}
          set={part => set({ about: { ...draft.about, ...part } })}
          faults={faults}
          ofEnvironment={ofEnvironment}
          id={
            <TextField
              label="Id"
              required
              help="It stands in addresses and logs, and stays"
              maxLength={100}
              value={idOf(draft)}
              fault={faults['id']}
              onChange={id => set({ id })}
            />
          }
        />
      </Section>
      <Section at={4} title="The value that it has today" missing={missing('value')}>
        <ValueFields {...parts} />
      </Section>
      <Section at={5} title="Policy" missing={missing('policy')}>
        <PolicyFields
          draft={draft.policy}
          set={part => set({ policy: { ...draft.policy, ...part } })}
          faults={under(faults, 'policy')}
        />
      </Section>
      <Section at={6} title="Consumers" missing={missing('consumers')}>
        <NewConsumers draft={draft} set={set} faults={faults} />
      </Section>
    </>
  )
}

interface SectionParts {
  at: number
  title: string
  /** null: it is not known yet. */
  missing: number | null
  children: ReactNode
}

const Section = ({ at, title, missing, children }: SectionParts) => (
  <section className="card" aria-labelledby={`step-${at}`}>
    <div className="card-head">
      <h2 id={`step-${at}`}>
        {at}. {title}
      </h2>
      {missing === 0 && <Mark tone="good">complete</Mark>}
      {missing !== null && missing > 0 && <Mark tone="plain">{missing} needed</Mark>}
    </div>
    {children}
  </section>
)
