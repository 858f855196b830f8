// A source of observations: registered, or changed.
import { useState } from 'react'
import { Decide } from '../../parts/decide.tsx'
import { useDraft } from '../../parts/draft.ts'
import { AreaField, CheckField, SelectField, TextField } from '../../parts/fields.tsx'
import { BindingsField } from './bindings-field.tsx'
import type { PutGiven } from './connected-part.tsx'
import { becauseOf } from './part.tsx'
import { outsideAddress, type Shown } from './secret-of.tsx'
import {
  readSource,
  type Source,
  type SourceDraft,
  type SourceFaults,
  type SourceKind,
  sourceDraft,
  sourceKinds,
} from './source-draft.ts'
import { Services } from './telemetry-names.tsx'

export function PutSource({ source, onShown, onClose }: PutGiven & { source?: Source }) {
  const { value, set, drop } = useDraft(source === undefined ? 'source' : `source ${source.id}`, () =>
    sourceDraft(source),
  )
  const [anew, setAnew] = useState(false)
  const [isTried, setTried] = useState(false)
  const { id, body, faults } = readSource(value)
  const shown: SourceFaults = isTried ? faults : {}
  const change = (part: Partial<SourceDraft>) => set({ ...value, ...part })
  const { name, means, proof } = sourceKinds[value.kind]
  return (
    <Decide
      title={source === undefined ? 'Add a source' : `Change the source ${source.id}`}
      wide
      confirm={source === undefined ? 'Add it' : 'Change it'}
      operation="sources.put"
      parts={() => ({ params: { id }, body: { ...body, ...(anew && { anew }) } })}
      because={becauseOf(faults)}
      onTried={() => setTried(true)}
      done={source === undefined ? 'It may speak from now on.' : 'It is changed, from now on.'}
      onDone={answer => {
        drop()
        if (answer.secret !== null) onShown(shownOf(answer.id, answer.kind, answer.secret))
      }}
      onClose={onClose}
    >
      {source === undefined && (
        <TextField
          label="Id"
          required
          maxLength={100}
          help="It stands in addresses and logs, and stays: ci-nightly"
          value={value.id}
          fault={shown.id}
          onChange={id => change({ id })}
        />
      )}
      <SelectField
        label="What it is"
        help={`${means} ${proof}`}
        value={value.kind}
        onChange={kind => change({ kind: kind as SourceKind })}
        options={Object.entries(sourceKinds).map(([value, { name }]) => ({ value, text: name }))}
      />
      <BindingsField
        legend="May speak for"
        help="What it says of others is refused. It takes the right to administer in their environments."
        value={value.bindings}
        fault={shown.bindings}
        onChange={bindings => change({ bindings })}
      />
      {value.kind === 'telemetry' && (
        <Services draft={value} fault={shown.services} onChange={services => change({ services })} />
      )}
      {value.kind === 'metrics' && <Prometheus draft={value} faults={shown} onChange={change} />}
      <TextField
        label="May be late by"
        help="How long after a use it may tell of it: 60 s, 5 min"
        value={value.lag}
        fault={shown.lag}
        onChange={lag => change({ lag })}
      />
      <CheckField
        label="It sees every use"
        help="Then its silence counts: nobody used the old version. Leave it out where anything could go past it."
        value={value.complete}
        onChange={complete => change({ complete })}
      />
      {source !== undefined && value.kind !== 'metrics' && (
        <CheckField
          label={`Make its ${value.kind === 'telemetry' ? 'token' : 'secret'} anew`}
          help={`The one before is ${value.kind === 'telemetry' ? 'good for nothing at once' : 'good for a day yet'}. ${name}.`}
          value={anew}
          onChange={setAnew}
        />
      )}
    </Decide>
  )
}

function shownOf(id: string, kind: SourceKind, secret: string): Shown {
  if (kind === 'telemetry')
    return {
      title: `The token of ${id}`,
      label: 'The token',
      secret,
      // Exporters put /v1/logs and /v1/metrics behind it themselves.
      address: new URL('api/v1/otlp', document.baseURI).href,
      how: 'An OpenTelemetry exporter sends to this address over HTTP, with the token as authorization: Bearer.',
    }
  return {
    title: `The secret of ${id}`,
    label: 'The signing secret',
    secret,
    address: outsideAddress('sources.hook', { params: { id } }),
    how: 'It posts a batch of statements there, signed with the secret as Standard Webhooks have it.',
  }
}

interface PrometheusParts {
  draft: SourceDraft
  faults: SourceFaults
  onChange: (part: Partial<SourceDraft>) => void
}

const Prometheus = ({ draft, faults, onChange }: PrometheusParts) => (
  <fieldset>
    <legend>The Prometheus that is asked</legend>
    <TextField
      label="Address"
      required
      value={draft.url}
      fault={faults.url}
      onChange={url => onChange({ url })}
    />
    <AreaField
      label="Query: authentication errors, as a counter"
      required
      rows={2}
      help="$consumer and $credential stand for those of each binding."
      value={draft.errors}
      fault={faults.errors}
      onChange={errors => onChange({ errors })}
    />
    <AreaField
      label="Query: all uses, as a counter"
      required
      rows={2}
      value={draft.uses}
      fault={faults.uses}
      onChange={uses => onChange({ uses })}
    />
    <TextField
      label="Admin secret with its token"
      help="Its name, if the Prometheus asks for one. The token itself lies in a file beside Rekey."
      maxLength={200}
      value={draft.secret}
      onChange={secret => onChange({ secret })}
    />
  </fieldset>
)
