// How a consumer takes up a new value, and how it runs: what decides how long a rotation has to wait for it.
import { CheckField, SelectField, TextField } from '../../parts/fields.tsx'
import { type FormParts, optionsOf } from './form-parts.ts'
import { cadenceTexts, fallbackTexts, followsTexts, reloadTexts } from './words.ts'

interface TakingUpParts extends FormParts {
  others: readonly { id: string; name: string }[]
}

export function TakingUpFields({ draft, set, faults, others }: TakingUpParts) {
  const isByPerson = draft.reload === 'restart' || draft.reload === 'by-hand'
  return (
    <fieldset>
      <legend>How it comes by the credential</legend>
      <div className="fields">
        <SelectField
          label="Reaches the target"
          value={draft.isIndirect ? 'indirect' : 'direct'}
          onChange={value => set({ isIndirect: value === 'indirect' })}
          options={[
            { value: 'direct', text: 'itself, with the credential' },
            { value: 'indirect', text: 'with a token that another consumer hands on' },
          ]}
        />
        {draft.isIndirect && (
          <SelectField
            label="Through which consumer"
            required
            value={draft.through}
            fault={faults.through}
            onChange={through => set({ through })}
            options={[
              { value: '', text: 'Choose …' },
              ...others.map(one => ({ value: one.id, text: one.name })),
              ...(draft.through !== '' && !others.some(one => one.id === draft.through)
                ? [{ value: draft.through, text: `${draft.through} (not registered)` }]
                : []),
            ]}
          />
        )}
        <TextField
          label="Where the value comes from"
          help="Rekey SDK, environment DOC_TOKEN, file /run/secrets/doc"
          maxLength={500}
          value={draft.source}
          onChange={source => set({ source })}
        />
        <SelectField
          label="Follows"
          value={draft.follows}
          onChange={follows => set({ follows })}
          options={optionsOf(followsTexts)}
        />
        <SelectField
          label="Takes up a new value"
          help="If in doubt: when it is restarted. Unknown never counts as safe"
          value={draft.reload}
          onChange={reload => set({ reload })}
          options={optionsOf(reloadTexts)}
        />
        {draft.reload === 'ttl' && (
          <TextField
            label="Asks again after"
            required
            placeholder="5 min"
            value={draft.ttl}
            fault={faults.ttl}
            onChange={ttl => set({ ttl })}
          />
        )}
        <TextField
          label="Caches it for"
          help="How long a value may go on in memory after it has changed. Empty: not at all"
          placeholder="30 s"
          value={draft.cache}
          fault={faults.cache}
          onChange={cache => set({ cache })}
        />
      </div>
      {isByPerson && (
        <CheckField
          label="The steps to do it are written down, and were tried"
          help="At 3 am somebody else has to be able to do it."
          value={draft.isDocumented}
          onChange={isDocumented => set({ isDocumented })}
        />
      )}
      <CheckField
        label="Tolerates two valid versions"
        help="Some of its instances may work with the old value while others have the new one."
        value={draft.toleratesTwo}
        onChange={toleratesTwo => set({ toleratesTwo })}
      />
    </fieldset>
  )
}

export function LifeFields({ draft, set, faults }: FormParts) {
  return (
    <fieldset>
      <legend>How it runs</legend>
      <div className="fields">
        <SelectField
          label="Runs"
          value={draft.cadence}
          onChange={cadence => set({ cadence })}
          options={optionsOf(cadenceTexts)}
        />
        {draft.cadence === 'every' && (
          <TextField
            label="Every"
            required
            placeholder="1 d"
            value={draft.every}
            fault={faults.every}
            onChange={every => set({ every })}
          />
        )}
        <TextField
          label="Keeps sessions for"
          help="The longest that a session, connection or pool lives on the value that opened it. Empty: none"
          placeholder="6 h"
          value={draft.session}
          fault={faults.session}
          onChange={session => set({ session })}
        />
        <TextField
          label="Comes back after"
          help="The longest time after which a retry or a replay returns with what it held at first. Empty: none does"
          placeholder="1 d"
          value={draft.horizon}
          fault={faults.horizon}
          onChange={horizon => set({ horizon })}
        />
        <SelectField
          label="When it is refused"
          help="A fallback may hide that a rotation broke it"
          value={draft.fallback}
          onChange={fallback => set({ fallback })}
          options={optionsOf(fallbackTexts)}
        />
        {draft.fallback !== 'none' && (
          <TextField
            label="What takes over"
            required
            maxLength={200}
            value={draft.fallbackTo}
            fault={faults.fallbackTo}
            onChange={fallbackTo => set({ fallbackTo })}
          />
        )}
      </div>
      {draft.fallback === 'degrades' && (
        <CheckField
          label="The fallback can be disabled for the time of a rotation"
          value={draft.canBeDisabled}
          onChange={canBeDisabled => set({ canBeDisabled })}
        />
      )}
      <CheckField
        label="A long session can stop at a checkpoint, and go on with a new value"
        value={draft.checkpoints}
        onChange={checkpoints => set({ checkpoints })}
      />
      <CheckField
        label="Retries use what they held at first"
        value={draft.retriesReuseContext}
        onChange={retriesReuseContext => set({ retriesReuseContext })}
      />
      <CheckField
        label="Work in flight may finish with the old value"
        value={draft.inFlightMayFinish}
        onChange={inFlightMayFinish => set({ inFlightMayFinish })}
      />
    </fieldset>
  )
}
