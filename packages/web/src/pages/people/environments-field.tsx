// In which environments: all of them, or those that are ticked; one that has nothing in it yet can be added by its name.
import { useId, useState } from 'react'
import { CheckField } from '../../parts/fields.tsx'
import { useEnvironments } from './known.ts'
import { isEnvironment, noEnvironment } from './roles.ts'

interface EnvironmentsParts {
  legend: string
  help?: string
  fault?: string | null | undefined
  value: readonly string[]
  onChange: (value: readonly string[]) => void
}

export function EnvironmentsField({ legend, help, fault, value, onChange }: EnvironmentsParts) {
  const known = useEnvironments(value)
  const isAll = value.includes('*')
  const set = (place: string, isOn: boolean) =>
    onChange(isOn ? [...value.filter(one => one !== '*'), place] : value.filter(one => one !== place))
  return (
    <fieldset className="people-ticks" aria-describedby={fault ? 'environments-fault' : undefined}>
      <legend>{legend}</legend>
      {help && <p className="small soft">{help}</p>}
      <CheckField
        label="All environments"
        help="Also those that there will be"
        value={isAll}
        onChange={isOn => onChange(isOn ? ['*'] : [])}
      />
      {!isAll && (
        <>
          {known.map(place => (
            <CheckField
              key={place}
              label={place}
              value={value.includes(place)}
              onChange={isOn => set(place, isOn)}
            />
          ))}
          <AddEnvironment onAdd={place => set(place, true)} />
        </>
      )}
      {fault && (
        <p className="fault-text small" id="environments-fault">
          {fault}
        </p>
      )}
    </fieldset>
  )
}

export function AddEnvironment({ onAdd }: { onAdd: (place: string) => void }) {
  const id = useId()
  const [text, setText] = useState('')
  const [isTried, setTried] = useState(false)
  const place = text.trim()
  const add = () => {
    setTried(!isEnvironment(place))
    if (!isEnvironment(place)) return
    onAdd(place)
    setText('')
  }
  return (
    <div className="field">
      <label htmlFor={id}>Another environment</label>
      <div className="row add-line">
        <input
          id={id}
          value={text}
          maxLength={63}
          spellCheck={false}
          autoCapitalize="none"
          aria-invalid={isTried ? true : undefined}
          aria-describedby={isTried ? `${id}-fault` : undefined}
          onChange={event => setText(event.target.value)}
          onKeyDown={event => {
            if (event.key !== 'Enter') return
            // It adds the environment, and does not send the form around it.
            event.preventDefault()
            add()
          }}
        />
        <button type="button" onClick={add}>
          Add
        </button>
      </div>
      {isTried && (
        <div className="fault" id={`${id}-fault`}>
          {noEnvironment}
        </div>
      )}
    </div>
  )
}
