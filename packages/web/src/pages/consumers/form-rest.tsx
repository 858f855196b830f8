// What depends on a consumer, how it can be seen, and what it declares about its use.
import { AreaField, CheckField, SelectField, TextField } from '../../parts/fields.tsx'
import { type FormParts, optionsOf } from './form-parts.ts'
import { observabilityTexts } from './words.ts'

export function EffectFields({ draft, set, lanes }: FormParts & { lanes: readonly string[] }) {
  return (
    <fieldset>
      <legend>What depends on it</legend>
      <div className="fields">
        <AreaField
          label="Business effects"
          help="What it creates, changes or reads, one a line: invoices are reconciled"
          value={draft.effects}
          onChange={effects => set({ effects })}
        />
        <AreaField
          label="Lanes"
          help={`Workflows of it that have to be proved to work, one a line.${lanes.length > 0 ? ` The credential names: ${lanes.join(', ')}.` : ''}`}
          value={draft.lanes}
          onChange={value => set({ lanes: value })}
        />
      </div>
      <CheckField
        label="Critical: the business breaks when it fails unseen"
        value={draft.critical}
        onChange={critical => set({ critical })}
      />
    </fieldset>
  )
}

export function SightFields({ draft, set }: FormParts) {
  return (
    <fieldset>
      <legend>How it can be seen</legend>
      <div className="fields">
        <SelectField
          label="Observed by"
          help="Of what cannot be observed, silence proves nothing"
          value={draft.observability}
          onChange={observability => set({ observability })}
          options={optionsOf(observabilityTexts)}
        />
        <AreaField
          label="Seen as"
          help="Names that the target or telemetry has for it, one a line: whoever is seen so is this consumer, and no ghost"
          value={draft.seenAs}
          onChange={seenAs => set({ seenAs })}
        />
      </div>
    </fieldset>
  )
}

export function PactFields({ draft, set, faults }: FormParts) {
  const isUsed = [
    draft.addresses,
    draft.hoursFrom,
    draft.hoursTo,
    draft.resources,
    draft.models,
    draft.perHour,
  ].some(one => one !== '')
  return (
    <details className="more" open={isUsed || undefined}>
      <summary>Pact: what it declares about its use</summary>
      <p className="small soft">Whatever is outside of it is a signal. What is left empty is not limited.</p>
      <div className="fields">
        <AreaField
          label="Addresses"
          help="Ranges or addresses, one a line: 10.0.0.0/8"
          value={draft.addresses}
          onChange={addresses => set({ addresses })}
        />
        <AreaField
          label="Resources"
          help="What it uses, one a line"
          value={draft.resources}
          onChange={resources => set({ resources })}
        />
        <AreaField
          label="Models"
          help="With which models, one a line"
          value={draft.models}
          onChange={models => set({ models })}
        />
        <TextField
          label="From hour (UTC)"
          help="22 to 6 goes over midnight"
          inputMode="numeric"
          value={draft.hoursFrom}
          fault={faults.hoursFrom}
          onChange={hoursFrom => set({ hoursFrom })}
        />
        <TextField
          label="Before hour (UTC)"
          inputMode="numeric"
          value={draft.hoursTo}
          fault={faults.hoursTo}
          onChange={hoursTo => set({ hoursTo })}
        />
        <TextField
          label="Uses in an hour, at the most"
          inputMode="numeric"
          value={draft.perHour}
          fault={faults.perHour}
          onChange={perHour => set({ perHour })}
        />
      </div>
    </details>
  )
}
