// The form of a consumer: everything that a rotation has to know about it, in the order in which its owner would tell it.
import { SelectField, TextField } from '../../parts/fields.tsx'
import { OwnerField } from '../../parts/owner-field.tsx'
import { LifeFields, TakingUpFields } from './form-life.tsx'
import { type FormParts, optionsOf } from './form-parts.ts'
import { EffectFields, PactFields, SightFields } from './form-rest.tsx'
import { behaviourTexts, pathTexts } from './words.ts'

interface WholeParts extends FormParts {
  /** Its id can be chosen still. */
  isNew: boolean
  /** The others of the credential, through whom it may get its token. */
  others: readonly { id: string; name: string }[]
  /** The lanes that the credential wants to be proved. */
  lanes: readonly string[]
}

export function ConsumerForm({ isNew, others, lanes, ...parts }: WholeParts) {
  return (
    <div className="stack">
      <Who {...parts} isNew={isNew} />
      <TakingUpFields {...parts} others={others} />
      <LifeFields {...parts} />
      <EffectFields {...parts} lanes={lanes} />
      <SightFields {...parts} />
      <PactFields {...parts} />
    </div>
  )
}

function Who({ draft, set, faults, isNew }: FormParts & { isNew: boolean }) {
  return (
    <fieldset>
      <legend>Who it is</legend>
      <div className="fields">
        <TextField
          label="Name"
          required
          help="As people call it: Web servers, Retry worker of the import"
          maxLength={200}
          value={draft.name}
          fault={faults.name}
          onChange={name => set({ name })}
        />
        {isNew && (
          <TextField
            label="Id"
            required
            help="It stands in addresses and logs, and stays: web, import-retry"
            maxLength={100}
            value={draft.id}
            fault={faults.id}
            onChange={id => set({ id })}
          />
        )}
        <SelectField
          label="What it is"
          required
          value={draft.behaviour}
          fault={faults.behaviour}
          onChange={behaviour => set({ behaviour })}
          options={[{ value: '', text: 'Choose …' }, ...optionsOf(behaviourTexts)]}
        />
        <SelectField
          label="Path class"
          help="Exception paths run when something has gone wrong, and are forgotten first"
          value={draft.pathClass}
          onChange={pathClass => set({ pathClass })}
          options={optionsOf(pathTexts)}
        />
        <OwnerField
          draft={draft.owner}
          fault={faults.owner}
          onChange={owner => set({ owner })}
          help="A person or a team who would restart it and look whether it works"
        />
      </div>
    </fieldset>
  )
}
