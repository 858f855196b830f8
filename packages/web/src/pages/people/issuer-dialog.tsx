// An issuer of agents' identities: trusted, or changed.
import { useState } from 'react'
import { Decide } from '../../parts/decide.tsx'
import { useDraft } from '../../parts/draft.ts'
import { AreaField, SelectField, TextField } from '../../parts/fields.tsx'
import { PickField } from '../../parts/pick.tsx'
import {
  type Issuer,
  type IssuerDraft,
  type IssuerFaults,
  type IssuerKind,
  issuerDraft,
  issuerKinds,
  noRule,
  type RuleDraft,
  readIssuer,
} from './issuer-draft.ts'
import { useAgents } from './known.ts'
import { becauseOf } from './part.tsx'

export function PutIssuer({ issuer, onClose }: { issuer?: Issuer; onClose: () => void }) {
  const { value, set, drop } = useDraft(issuer === undefined ? 'issuer' : `issuer ${issuer.id}`, () =>
    issuerDraft(issuer),
  )
  const [isTried, setTried] = useState(false)
  const { id, body, faults } = readIssuer(value)
  const shown: IssuerFaults = isTried ? faults : {}
  const change = (part: Partial<IssuerDraft>) => set({ ...value, ...part })
  const kind = issuerKinds[value.kind]
  return (
    <Decide
      title={issuer === undefined ? 'Trust an issuer' : `Change ${issuer.id}`}
      wide
      confirm={issuer === undefined ? 'Trust it' : 'Change it'}
      operation="issuers.put"
      parts={() => ({ params: { id }, body })}
      because={becauseOf(faults)}
      onTried={() => setTried(true)}
      done={
        issuer === undefined
          ? 'Its word is taken from now on, as its rules say.'
          : 'It is changed, from now on.'
      }
      onDone={drop}
      onClose={onClose}
    >
      {issuer === undefined && (
        <TextField
          label="Id"
          required
          maxLength={100}
          help="It stands in addresses and logs, and stays: cluster-eu"
          value={value.id}
          fault={shown.id}
          onChange={id => change({ id })}
        />
      )}
      <SelectField
        label="What it is"
        help={kind.means}
        value={value.kind}
        onChange={next => change({ kind: next as IssuerKind })}
        options={Object.entries(issuerKinds).map(([value, { name }]) => ({ value, text: name }))}
      />
      <TextField
        label={value.kind === 'spiffe' ? 'Trust domain' : 'Issuer'}
        required
        maxLength={500}
        help={`As its tokens name it: ${kind.issuer}`}
        value={value.issuer}
        fault={shown.issuer}
        onChange={one => change({ issuer: one })}
      />
      <TextField
        label="Audience"
        required
        maxLength={500}
        help="For whom its tokens have to be made out; the address of this control plane is a good one."
        value={value.audience}
        fault={shown.audience}
        onChange={audience => change({ audience })}
      />
      <TextField
        label="Address of its keys"
        maxLength={2_000}
        help={value.kind === 'spiffe' ? 'Its JWK set.' : 'Left empty, they are discovered.'}
        value={value.jwksUrl}
        fault={shown.jwksUrl}
        onChange={jwksUrl => change({ jwksUrl })}
      />
      <details open={value.jwks !== ''}>
        <summary>Its keys themselves, where no address of them can be reached</summary>
        <AreaField
          label="JWK set"
          rows={5}
          value={value.jwks}
          fault={shown.jwks}
          onChange={jwks => change({ jwks })}
        />
      </details>
      <Rules
        rules={value.rules}
        example={kind.subject}
        fault={shown.rules}
        onChange={rules => change({ rules })}
      />
    </Decide>
  )
}

interface RulesParts {
  rules: readonly RuleDraft[]
  example: string
  fault: string | undefined
  onChange: (rules: readonly RuleDraft[]) => void
}

function Rules({ rules, example, fault, onChange }: RulesParts) {
  const agents = useAgents()
  const set = (at: number, part: Partial<RuleDraft>) =>
    onChange(rules.map((one, index) => (index === at ? { ...one, ...part } : one)))
  return (
    <fieldset>
      <legend>Which of its identities is which agent</legend>
      <p className="small soft">
        One that no rule names is nobody. In a subject a * stands for a whole segment between slashes, or for
        the rest at the end.
      </p>
      {rules.map((rule, at) => (
        <fieldset key={at}>
          <legend>Rule {at + 1}</legend>
          <PickField
            label="Agent"
            choices={agents}
            value={rule.agent}
            onChange={agent => set(at, { agent })}
            none="No agent is registered."
          />
          <TextField
            label="Subject"
            maxLength={2_048}
            help={`As ${example}`}
            value={rule.subject}
            onChange={subject => set(at, { subject })}
          />
          <AreaField
            label="Claims"
            rows={2}
            help="A line each, all of which have to hold: kubernetes.io.namespace = shop"
            value={rule.claims}
            onChange={claims => set(at, { claims })}
          />
          <div>
            <button
              type="button"
              aria-label={`Take rule ${at + 1} away`}
              onClick={() => onChange(rules.filter((_, index) => index !== at))}
            >
              Take it away
            </button>
          </div>
        </fieldset>
      ))}
      {fault && (
        <p className="fault-text small" role="alert">
          {fault}
        </p>
      )}
      <div>
        <button type="button" onClick={() => onChange([...rules, noRule])}>
          Add a rule
        </button>
      </div>
    </fieldset>
  )
}
