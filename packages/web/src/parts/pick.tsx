// One of many: type a few letters, and choose. For lists that are too long for a menu.
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react'
import { type Choice, matching } from './matching.ts'

interface PickParts {
  label: string
  help?: ReactNode
  required?: boolean
  fault?: string | null
  choices: readonly Choice[]
  /** '' : none yet. */
  value: string
  onChange: (value: string) => void
  placeholder?: string
  /** What is said where there is nothing to choose from. */
  none?: string
}

const mostShown = 50

export function PickField(given: PickParts) {
  const { label, help, required, fault, choices, value, onChange, placeholder, none } = given
  const id = useId()
  const list = useRef<HTMLUListElement>(null)
  /** null: nobody is choosing. */
  const [typed, setTyped] = useState<string | null>(null)
  const [at, setAt] = useState(0)
  const isOpen = typed !== null
  const chosen = useMemo(() => choices.find(one => one.value === value), [choices, value])
  const { shown, more } = useMemo(() => matching(choices, typed ?? '', mostShown), [choices, typed])
  // In a dialog there may be no room beneath the field.
  useEffect(() => {
    if (isOpen) list.current?.scrollIntoView({ block: 'nearest' })
  }, [isOpen])
  useEffect(() => {
    if (isOpen) list.current?.querySelector(`[data-at="${at}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [isOpen, at])
  const open = () => {
    setTyped(was => was ?? '')
    setAt(0)
  }
  const take = (choice: Choice | undefined) => {
    if (choice === undefined) return
    setTyped(null)
    onChange(choice.value)
  }
  const pressed = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      if (!isOpen) open()
      else if (shown.length > 0) setAt((at + step + shown.length) % shown.length)
    } else if (event.key === 'Enter' && isOpen) {
      event.preventDefault()
      take(shown[at])
    } else if (event.key === 'Escape' && isOpen) {
      // It closes the list, and not the dialog that the list may be in.
      event.preventDefault()
      event.stopPropagation()
      setTyped(null)
    }
  }
  const described = [help && `${id}-help`, fault && `${id}-fault`].filter(Boolean).join(' ') || undefined
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {required && <span className="soft"> (needed)</span>}
      </label>
      <div className="pick-box">
        <input
          id={id}
          type="text"
          role="combobox"
          autoComplete="off"
          spellCheck={false}
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-activedescendant={isOpen && shown[at] ? `${id}-${at}` : undefined}
          aria-describedby={described}
          aria-invalid={fault ? true : undefined}
          placeholder={placeholder ?? 'Type a few letters'}
          value={typed ?? chosen?.text ?? value}
          onChange={event => {
            setTyped(event.target.value)
            setAt(0)
          }}
          onClick={open}
          onBlur={() => setTyped(null)}
          onKeyDown={pressed}
        />
        <ul
          id={`${id}-list`}
          ref={list}
          role="listbox"
          aria-label={label}
          hidden={!isOpen}
          onPointerDown={event => event.preventDefault()}
        >
          {shown.map((choice, index) => (
            <li
              key={choice.value}
              id={`${id}-${index}`}
              data-at={index}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              onPointerMove={() => setAt(index)}
              onClick={() => take(choice)}
            >
              <span>{choice.text}</span>
              <span className="small soft">{choice.note}</span>
            </li>
          ))}
          {(shown.length === 0 || more > 0) && (
            <li role="option" tabIndex={-1} aria-disabled="true" aria-selected="false" className="small soft">
              {more > 0
                ? `${more.toLocaleString('en-GB')} more: type more letters.`
                : choices.length === 0
                  ? (none ?? 'Nothing is here to choose from.')
                  : 'Nothing of that name.'}
            </li>
          )}
        </ul>
      </div>
      {chosen !== undefined && typed === null && chosen.note !== undefined && (
        <div className="help">{chosen.note}</div>
      )}
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
