// Fields of forms: each with its label, its help and its fault, tied together for whoever does not see them.
import { type InputHTMLAttributes, type ReactNode, useId } from 'react'

interface FieldParts {
  label: string
  help?: ReactNode
  fault?: string | null | undefined
  required?: boolean | undefined
}

interface Ids {
  id: string
  described: string | undefined
}

function Field({
  label,
  help,
  fault,
  required,
  children,
}: FieldParts & { children: (ids: Ids) => ReactNode }) {
  const id = useId()
  const described = [help && `${id}-help`, fault && `${id}-fault`].filter(Boolean).join(' ') || undefined
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {required && <span className="soft"> (needed)</span>}
      </label>
      {children({ id, described })}
      {help && (
        <div className="help" id={`${id}-help`}>
          {help}
        </div>
      )}
      {fault && (
        <div className="fault" id={`${id}-fault`}>
          {fault}
        </div>
      )}
    </div>
  )
}

type InputParts = FieldParts & {
  value: string
  onChange: (value: string) => void
} & Pick<
    InputHTMLAttributes<HTMLInputElement>,
    | 'type'
    | 'autoComplete'
    | 'placeholder'
    | 'inputMode'
    | 'pattern'
    | 'maxLength'
    | 'autoFocus'
    | 'min'
    | 'max'
    | 'step'
    | 'list'
  >

export function TextField({ label, help, fault, required, value, onChange, ...rest }: InputParts) {
  return (
    <Field label={label} help={help} fault={fault} required={required}>
      {({ id, described }) => (
        <input
          id={id}
          {...rest}
          spellCheck={false}
          autoCapitalize="none"
          value={value}
          required={required}
          aria-invalid={fault ? true : undefined}
          aria-describedby={described}
          onChange={event => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

export function AreaField({
  label,
  help,
  fault,
  required,
  value,
  onChange,
  rows = 3,
}: FieldParts & { value: string; onChange: (value: string) => void; rows?: number }) {
  return (
    <Field label={label} help={help} fault={fault} required={required}>
      {({ id, described }) => (
        <textarea
          id={id}
          rows={rows}
          value={value}
          required={required}
          aria-invalid={fault ? true : undefined}
          aria-describedby={described}
          onChange={event => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

export interface Option {
  value: string
  text: string
}

export function SelectField({
  label,
  help,
  fault,
  required,
  value,
  onChange,
  options,
}: FieldParts & { value: string; onChange: (value: string) => void; options: readonly Option[] }) {
  return (
    <Field label={label} help={help} fault={fault} required={required}>
      {({ id, described }) => (
        <select
          id={id}
          value={value}
          required={required}
          aria-invalid={fault ? true : undefined}
          aria-describedby={described}
          onChange={event => onChange(event.target.value)}
        >
          {options.map(one => (
            <option key={one.value} value={one.value}>
              {one.text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

export function CheckField({
  label,
  help,
  value,
  onChange,
}: {
  label: ReactNode
  help?: ReactNode
  value: boolean
  onChange: (value: boolean) => void
}) {
  const id = useId()
  return (
    <div className="check">
      <input
        id={id}
        type="checkbox"
        checked={value}
        aria-describedby={help ? `${id}-help` : undefined}
        onChange={event => onChange(event.target.checked)}
      />
      <div className="stack-s">
        <label htmlFor={id}>{label}</label>
        {help && (
          <span className="small soft" id={`${id}-help`}>
            {help}
          </span>
        )}
      </div>
    </div>
  )
}
