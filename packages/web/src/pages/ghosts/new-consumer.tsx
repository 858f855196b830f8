// The few things that a person is asked for when a ghost turns out to be a consumer that nobody registered. The rest has defaults that
// are never taken for safe, and is filled in on the consumer's own page.
import { CheckField, SelectField, TextField } from '../../parts/fields.tsx'
import { OwnerField } from '../../parts/owner-field.tsx'
import { type FormParts, optionsOf } from '../consumers/form-parts.ts'
import { behaviourTexts, observabilityTexts, pathTexts, reloadTexts } from '../consumers/words.ts'

export const NewConsumer = ({ draft, set, faults }: FormParts) => (
  <div className="fields">
    <TextField
      label="Id"
      required
      value={draft.id}
      onChange={id => set({ id })}
      help="It stands in addresses and in the record for good."
      fault={faults.id}
    />
    <TextField
      label="Name"
      required
      maxLength={200}
      value={draft.name}
      onChange={name => set({ name })}
      fault={faults.name}
    />
    <SelectField
      label="What it is"
      required
      value={draft.behaviour}
      onChange={behaviour => set({ behaviour })}
      options={[{ value: '', text: 'Choose …' }, ...optionsOf(behaviourTexts)]}
      fault={faults.behaviour}
    />
    <SelectField
      label="Path class"
      value={draft.pathClass}
      onChange={pathClass => set({ pathClass })}
      options={optionsOf(pathTexts)}
      help="An exception path is proved by being run on purpose."
    />
    <OwnerField
      draft={draft.owner}
      onChange={owner => set({ owner })}
      fault={faults.owner}
      help="A person or a team. Without an owner nothing is retired."
    />
    <SelectField
      label="Takes up a new value"
      value={draft.reload}
      onChange={reload => set({ reload })}
      options={optionsOf(reloadTexts)}
      help="What nobody has said is never safe: it blocks until somebody says it."
    />
    {draft.reload === 'ttl' && (
      <TextField
        label="Asks again after"
        required
        placeholder="5 min"
        value={draft.ttl}
        onChange={ttl => set({ ttl })}
        fault={faults.ttl}
      />
    )}
    {(draft.reload === 'restart' || draft.reload === 'by-hand') && (
      <CheckField
        label="How to do that is written down"
        value={draft.isDocumented}
        onChange={isDocumented => set({ isDocumented })}
      />
    )}
    <SelectField
      label="How it is observed"
      value={draft.observability}
      onChange={observability => set({ observability })}
      options={optionsOf(observabilityTexts)}
      help="Silence of what cannot be observed proves nothing."
    />
  </div>
)
