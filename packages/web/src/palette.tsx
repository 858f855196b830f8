// The palette: type a few letters of anything, and go there.
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useMemo, useRef, useState } from 'react'
import { go, to } from './address.ts'
import { useAsk } from './api/use.ts'
import { choose } from './parts/preference.ts'
import { places } from './places.ts'

interface Choice {
  id: string
  text: string
  kind: string
  run: () => void
}

const mostShown = 12

export function Palette({ onClose }: { onClose: () => void }) {
  const at = useRef<HTMLDialogElement>(null)
  const list = useId()
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(0)
  const choices = useFound(useDeferredValue(typed.trim()))
  useEffect(() => {
    at.current?.showModal()
  }, [])
  useEffect(() => {
    // Newer browsers answer with a promise, and whatever an effect gives back is called.
    at.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  })
  const run = (choice: Choice | undefined) => {
    if (choice === undefined) return
    onClose()
    choice.run()
  }
  const pressed = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && choices.length > 0) {
      event.preventDefault()
      setChosen((chosen + step + choices.length) % choices.length)
    } else if (event.key === 'Enter') run(choices[chosen])
  }
  return (
    <dialog
      ref={at}
      className="palette"
      aria-label="Search"
      onCancel={event => {
        event.preventDefault()
        onClose()
      }}
      onClick={event => event.target === at.current && onClose()}
    >
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={choices[chosen] === undefined ? undefined : `${list}-${chosen}`}
        aria-label="Search for a page, a credential, a consumer or a rotation"
        placeholder="A page, a credential, a consumer, a rotation …"
        value={typed}
        onChange={event => {
          setTyped(event.target.value)
          setChosen(0)
        }}
        onKeyDown={pressed}
      />
      <ul id={list} role="listbox" aria-label="Found">
        {choices.map((choice, index) => (
          <li
            key={choice.id}
            id={`${list}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            onPointerMove={() => setChosen(index)}
            onClick={() => run(choice)}
            onKeyDown={event => event.key === 'Enter' && run(choice)}
          >
            <span>{choice.text}</span>
            <span className="small soft">{choice.kind}</span>
          </li>
        ))}
        {choices.length === 0 && <li className="soft">Nothing of that name.</li>}
      </ul>
    </dialog>
  )
}

function useFound(text: string): Choice[] {
  const isAsked = text.length >= 2
  const credentials = useAsk('overview.calendar', { query: { text, limit: 8 } }, { when: isAsked })
  const consumers = useAsk('overview.consumers', { query: { text, limit: 8 } }, { when: isAsked })
  const now = useAsk('overview.now', { query: {} })
  return useMemo(() => {
    const fixed: Choice[] = [
      ...places.map(({ at, name, about }) => ({
        id: `place ${at}`,
        text: name,
        kind: about,
        run: () => go(to(...(at === '' ? [] : [at]))),
      })),
      { id: 'new', text: 'Register a credential', kind: 'form', run: () => go(to('credentials', 'new')) },
      { id: 'kill', text: 'Kill a credential', kind: 'emergency', run: () => go(to('kills', 'new')) },
      { id: 'utc', text: 'Show times in UTC', kind: 'clock', run: () => choose('clock', 'utc') },
      { id: 'local', text: 'Show times as here', kind: 'clock', run: () => choose('clock', 'local') },
      { id: 'dark', text: 'Dark', kind: 'theme', run: () => choose('theme', 'dark') },
      { id: 'light', text: 'Light', kind: 'theme', run: () => choose('theme', 'light') },
    ]
    const wanted = text.toLowerCase()
    const flights = (now.data?.flights ?? []).map(({ rotation, name, step }) => ({
      id: `rotation ${rotation}`,
      text: `Rotation of ${name}`,
      kind: step?.do ?? 'rotation',
      run: () => go(to('rotations', rotation)),
    }))
    const near = [...fixed, ...flights].filter(
      one => one.text.toLowerCase().includes(wanted) || one.kind.toLowerCase().includes(wanted),
    )
    if (!isAsked) return near.slice(0, mostShown)
    const far = [
      ...(credentials.data?.items ?? []).map(({ credential, name, environment }) => ({
        id: `credential ${credential}`,
        text: name,
        kind: `credential in ${environment}`,
        run: () => go(to('credentials', credential)),
      })),
      ...(consumers.data?.items ?? []).map(({ id, name, credential }) => ({
        id: `consumer ${credential} ${id}`,
        text: name,
        kind: `consumer of ${credential}`,
        run: () => go(to('consumers', credential, id)),
      })),
    ]
    return [...near.slice(0, mostShown), ...far]
  }, [text, isAsked, now.data, credentials.data, consumers.data])
}
