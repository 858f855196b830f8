// Of telemetry: which of its services is which consumer.
import { SelectField, TextField } from '../../parts/fields.tsx'
import { bindingKey, type ServiceDraft, type SourceDraft } from './source-draft.ts'

interface ServicesParts {
  draft: SourceDraft
  fault: string | undefined
  onChange: (services: readonly ServiceDraft[]) => void
}

export function Services({ draft: { services, bindings }, fault, onChange }: ServicesParts) {
  const set = (at: number, part: Partial<ServiceDraft>) =>
    onChange(services.map((one, index) => (index === at ? { ...one, ...part } : one)))
  const options = [
    { value: '', text: 'Choose …' },
    ...bindings.map(one => ({ value: bindingKey(one), text: `${one.consumer} of ${one.credential}` })),
  ]
  return (
    <fieldset>
      <legend>Which service is which consumer</legend>
      <p className="small soft">
        By <code>service.name</code>. A service whose records carry a mark that names the consumer needs no
        line here.
      </p>
      {services.map((one, at) => (
        <div key={at} className="fields line">
          <TextField
            label="Service"
            maxLength={200}
            value={one.service}
            onChange={service => set(at, { service })}
          />
          <SelectField
            label="Is the consumer"
            value={one.binding}
            onChange={binding => set(at, { binding })}
            options={options}
          />
          <button
            type="button"
            className="line-away"
            aria-label={`Take away the line of ${one.service || 'the new service'}`}
            onClick={() => onChange(services.filter((_, index) => index !== at))}
          >
            Take away
          </button>
        </div>
      ))}
      {fault && (
        <p className="fault-text small" role="alert">
          {fault}
        </p>
      )}
      <div>
        <button type="button" onClick={() => onChange([...services, { service: '', binding: '' }])}>
          Add a service
        </button>
      </div>
    </fieldset>
  )
}
