// The form of a JSON Schema: a provider's settings, made from what the provider declares. Admin secrets are named in it, never entered.
import { AreaField, CheckField, SelectField, TextField } from './fields.tsx'
import type { Faults } from './schema-read.ts'
import {
  chosenOf,
  type Field,
  fieldOf,
  type Part,
  partsOf,
  type Schema,
  type Typed,
  type TypedGroup,
  typedOf,
  withoutNull,
} from './schema-shape.ts'

interface FormParts {
  schema: Schema
  typed: TypedGroup
  onChange: (typed: TypedGroup) => void
  faults?: Faults
  /** Where it is within the whole. */
  at?: string
}

export function SchemaForm({ schema, typed, onChange, faults = {}, at = '' }: FormParts) {
  const parts = partsOf(schema)
  if (parts.length === 0) return <p className="soft">It takes no settings.</p>
  return (
    <div className="schema-form">
      {parts.map(part => (
        <PartField
          key={part.name}
          part={part}
          at={at === '' ? part.name : `${at}.${part.name}`}
          typed={typed[part.name] ?? typedOf(part.schema)}
          faults={faults}
          onChange={value => onChange({ ...typed, [part.name]: value })}
        />
      ))}
    </div>
  )
}

interface FieldParts {
  part: Part
  at: string
  typed: Typed
  faults: Faults
  onChange: (typed: Typed) => void
}

function PartField({ part, at, typed, faults, onChange }: FieldParts) {
  const { label, help, schema, needed } = part
  const field = fieldOf(schema)
  const fault = faults[at]
  const usual = usualText(schema, field)
  const said = { label, fault, required: needed }
  const text = { ...said, value: String(typed), onChange }
  switch (field.is) {
    case 'text': {
      const hint = field.namesSecret ? <SecretHint help={help} /> : [help, usual].filter(Boolean).join('. ')
      if (field.long) return <AreaField {...text} help={hint} />
      return <TextField {...text} help={hint} />
    }
    case 'whole':
    case 'number':
      return <TextField {...text} inputMode="decimal" help={[help, usual].filter(Boolean).join('. ')} />
    case 'choice':
      return (
        <SelectField
          {...text}
          help={help}
          options={[
            ...(schema.default === undefined ? [{ value: '', text: needed ? 'Choose …' : 'Not said' }] : []),
            ...field.options.map(one => ({ value: String(one), text: String(one) })),
          ]}
        />
      )
    case 'yes-no':
      return <YesNo part={part} typed={typed} fault={fault} onChange={onChange} />
    case 'lines':
      return <AreaField {...text} help={[help, 'One a line'].filter(Boolean).join('. ')} />
    case 'json':
      return <AreaField {...text} help={[help, 'As JSON'].filter(Boolean).join('. ')} />
    case 'group':
      return (
        <fieldset>
          <legend>{label}</legend>
          {help && <p className="small soft">{help}</p>}
          {fault && <p className="fault-text">{fault}</p>}
          <SchemaForm
            schema={schema}
            typed={isGroup(typed) ? typed : {}}
            onChange={onChange}
            faults={faults}
            at={at}
          />
        </fieldset>
      )
    case 'list':
      return <Rows {...{ part, at, typed, faults, onChange }} of={field.of} />
    case 'variant':
      return <Variant {...{ part, at, typed, faults, onChange }} field={field} />
  }
}

function YesNo({
  part: { label, help, schema, needed },
  typed,
  fault,
  onChange,
}: Omit<FieldParts, 'at' | 'faults'> & { fault: string | undefined }) {
  if (typeof schema.default === 'boolean')
    return <CheckField label={label} help={help} value={typed === true} onChange={onChange} />
  return (
    <SelectField
      label={label}
      help={help}
      required={needed}
      fault={fault}
      value={String(typed)}
      onChange={value => onChange(value === '' ? '' : value === 'true')}
      options={[
        { value: '', text: needed ? 'Choose …' : 'Not said' },
        { value: 'true', text: 'Yes' },
        { value: 'false', text: 'No' },
      ]}
    />
  )
}

function Rows({ part, at, typed, faults, onChange, of }: FieldParts & { of: Schema }) {
  const rows = (Array.isArray(typed) ? typed : []) as readonly TypedGroup[]
  const fewest = withoutNull(part.schema).minItems ?? 0
  return (
    <fieldset>
      <legend>
        {part.label}
        {part.needed && <span className="soft"> (needed)</span>}
      </legend>
      {part.help && <p className="small soft">{part.help}</p>}
      {faults[at] && <p className="fault-text">{faults[at]}</p>}
      {rows.map((row, index) => (
        <div key={index} className="schema-row">
          <SchemaForm
            schema={of}
            typed={row}
            faults={faults}
            at={`${at}.${index}`}
            onChange={value => onChange(rows.map((one, other) => (other === index ? value : one)))}
          />
          {rows.length > fewest && (
            <button
              type="button"
              className="plain"
              onClick={() => onChange(rows.filter((_, other) => other !== index))}
            >
              Remove
              <span className="hidden">
                {' '}
                {part.label} {index + 1}
              </span>
            </button>
          )}
        </div>
      ))}
      <div>
        <button type="button" onClick={() => onChange([...rows, typedOf(of, {})])}>
          Add {rows.length === 0 ? 'one' : 'another'}
          <span className="hidden"> to {part.label}</span>
        </button>
      </div>
    </fieldset>
  )
}

function Variant({
  part,
  at,
  typed,
  faults,
  onChange,
  field,
}: FieldParts & { field: Extract<Field, { is: 'variant' }> }) {
  const given = isGroup(typed) ? typed : {}
  const value = String(given[field.by] ?? '')
  const chosen = chosenOf(field, value)
  return (
    <fieldset>
      <legend>{part.label}</legend>
      <SelectField
        label="Which"
        help={part.help}
        required={part.needed}
        fault={faults[at]}
        value={value}
        onChange={next => onChange(typedOf(part.schema, { [field.by]: next }))}
        options={field.of.map(one => ({
          value: String(one.properties![field.by]!.const),
          text: String(one.properties![field.by]!.const),
        }))}
      />
      {chosen !== undefined && partsOf(chosen).length > 0 && (
        <SchemaForm schema={chosen} typed={given} onChange={onChange} faults={faults} at={at} />
      )}
    </fieldset>
  )
}

const SecretHint = ({ help }: { help: string }) => (
  <>
    {help}. <strong>Its name, never the secret itself</strong>: the value is a file of that name in the folder
    of admin secrets, where the control plane runs (<code>REKEY_ADMIN_FOLDER</code>), and stands nowhere else.
  </>
)

function usualText({ default: usual }: Schema, field: Field): string {
  if (usual === undefined || usual === null || usual === '') return ''
  return field.is === 'text' || field.is === 'whole' || field.is === 'number'
    ? `Left empty: ${String(usual)}`
    : ''
}

const isGroup = (typed: Typed): typed is TypedGroup => typeof typed === 'object' && !Array.isArray(typed)
