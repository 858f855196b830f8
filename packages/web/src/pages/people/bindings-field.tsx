// Which consumers an agent or a source is bound to: each with a button that takes it away, and one field to add others.
import type { Binding } from '@rekey/wire'
import { PickField } from '../../parts/pick.tsx'
import { useConsumers } from './known.ts'
import { bindingKey } from './source-draft.ts'

interface BindingsParts {
  legend: string
  help: string
  fault?: string | null | undefined
  value: readonly Binding[]
  onChange: (value: readonly Binding[]) => void
}

export function BindingsField({ legend, help, fault, value, onChange }: BindingsParts) {
  const consumers = useConsumers()
  const bound = new Set(value.map(bindingKey))
  const free = consumers.filter(one => !bound.has(one.value))
  const nameOf = (key: string) => consumers.find(one => one.value === key)?.text
  const add = (key: string) => {
    const found = free.find(one => one.value === key)
    if (found !== undefined) onChange([...value, { credential: found.credential, consumer: found.consumer }])
  }
  return (
    <fieldset>
      <legend>{legend}</legend>
      <p className="small soft">{help}</p>
      {value.length > 0 && (
        <ul role="list" className="lines">
          {value.map(one => (
            <li key={bindingKey(one)} className="row between">
              <span>
                {nameOf(bindingKey(one)) ?? one.consumer}{' '}
                <span className="small soft">
                  {one.consumer} of {one.credential}
                </span>
              </span>
              <button
                type="button"
                aria-label={`Take away ${one.consumer} of ${one.credential}`}
                onClick={() => onChange(value.filter(other => bindingKey(other) !== bindingKey(one)))}
              >
                Take away
              </button>
            </li>
          ))}
        </ul>
      )}
      <PickField
        label="Add a consumer"
        choices={free}
        value=""
        onChange={add}
        fault={fault ?? null}
        none="There is no other consumer. Register it with its credential first."
      />
    </fieldset>
  )
}

/** As a line in a table or a card. */
export function Bindings({ bindings }: { bindings: readonly Binding[] }) {
  if (bindings.length === 0) return <span className="soft">nobody</span>
  return (
    <ul role="list" className="lines small">
      {bindings.slice(0, 6).map(one => (
        <li key={bindingKey(one)}>
          {one.consumer} <span className="soft">of {one.credential}</span>
        </li>
      ))}
      {bindings.length > 6 && <li className="soft">and {bindings.length - 6} more</li>}
    </ul>
  )
}
