// What a credential is: the fields of the form for a new one, and of the one that changes it.
import type { CredentialView } from '@rekey/wire'
import { type ReactNode, useId } from 'react'
import { useAsk } from '../../api/use.ts'
import { AreaField, CheckField, SelectField, TextField } from '../../parts/fields.tsx'
import { OwnerField } from '../../parts/owner-field.tsx'
import type { AboutDraft, AboutFaults } from './about-draft.ts'
import { kindTexts } from './kind-text.ts'
import { environmentsOf } from './listed.ts'

interface AboutParts {
  draft: AboutDraft
  set: (part: Partial<AboutDraft>) => void
  faults: AboutFaults
  /** Between its name and the rest. */
  id?: ReactNode
  /** Beside the environment, as that nothing may be done there. */
  ofEnvironment?: ReactNode
}

const sensitivities: Record<CredentialView['sensitivity'], string> = {
  normal: 'normal',
  sensitive: 'sensitive: rotated twice as often, one approval',
  critical: 'critical: rotated four times as often, two approvals',
}
const exposures: Record<CredentialView['exposure'], string> = {
  internal: 'internal: consumers are ours alone',
  partner: 'partner: some are at a partner',
  public: 'public: some face the outside',
}
const options = (texts: Record<string, string>) =>
  Object.entries(texts).map(([value, text]) => ({ value, text }))

export function AboutFields({ draft, set, faults, id, ofEnvironment }: AboutParts) {
  const environments = useId()
  const known = useAsk('credentials.list', { query: { limit: 200 } })
  return (
    <div className="stack">
      <div className="fields">
        <TextField
          label="Name"
          required
          help="As people call it: Documents API token"
          maxLength={200}
          value={draft.name}
          fault={faults.name}
          onChange={name => set({ name })}
        />
        {id}
        <SelectField
          label="Kind"
          required
          help="How often it is rotated follows from it"
          value={draft.kind}
          fault={faults.kind}
          onChange={kind => set({ kind })}
          options={[{ value: '', text: 'Choose …' }, ...options(kindTexts)]}
        />
        <TextField
          label="Target"
          required
          help="What accepts it, in words: a database, an account of an API, a broker"
          maxLength={200}
          value={draft.target}
          fault={faults.target}
          onChange={target => set({ target })}
        />
        <div>
          <TextField
            label="Environment"
            required
            help="Rights are given by environment: production, staging"
            list={environments}
            value={draft.environment}
            fault={faults.environment}
            onChange={environment => set({ environment })}
          />
          <datalist id={environments}>
            {environmentsOf(known.data?.items ?? []).map(one => (
              <option key={one} value={one} />
            ))}
          </datalist>
          {ofEnvironment}
        </div>
        <OwnerField
          draft={draft.owner}
          fault={faults.owner}
          onChange={owner => set({ owner })}
          help="Who answers for it: is told when a rotation fails, and decides on retirement. Without one none can start"
        />
        <SelectField
          label="Sensitivity"
          value={draft.sensitivity}
          onChange={sensitivity => set({ sensitivity })}
          options={options(sensitivities)}
        />
        <SelectField
          label="Exposure"
          value={draft.exposure}
          onChange={exposure => set({ exposure })}
          options={options(exposures)}
        />
      </div>
      <CheckField
        label="It may change what it reaches"
        help="Writers are rotated more often."
        value={draft.writes}
        onChange={writes => set({ writes })}
      />
      <div className="fields">
        <AreaField
          label="Lanes"
          help="Real workflows that have to be proved to work before anything is retired, one a line: inference, ingestion, replay"
          value={draft.lanes}
          onChange={lanes => set({ lanes })}
        />
        <TextField
          label="Ends by itself after"
          help="The life of a certificate or token as the target issues it. Empty: it does not end"
          placeholder="90 d"
          value={draft.life}
          fault={faults.life}
          onChange={life => set({ life })}
        />
      </div>
      {draft.kind === 'llm-key' && <ModelFields draft={draft} set={set} faults={faults} />}
    </div>
  )
}

function ModelFields({ draft, set, faults }: Pick<AboutParts, 'draft' | 'set' | 'faults'>) {
  return (
    <fieldset>
      <legend>The account of the language model</legend>
      <div className="fields">
        <TextField
          label="Account"
          value={draft.account}
          fault={faults.account}
          onChange={account => set({ account })}
        />
        <TextField
          label="Project"
          value={draft.project}
          fault={faults.project}
          onChange={project => set({ project })}
        />
        <TextField label="Tier" value={draft.tier} onChange={tier => set({ tier })} />
        <TextField
          label="Spending limit (US dollars)"
          inputMode="decimal"
          value={draft.spendLimit}
          fault={faults.spendLimit}
          onChange={spendLimit => set({ spendLimit })}
        />
        <AreaField
          label="Allowed addresses"
          help="One a line"
          value={draft.allowedAddresses}
          onChange={allowedAddresses => set({ allowedAddresses })}
        />
      </div>
    </fieldset>
  )
}
