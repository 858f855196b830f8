// A field to search in: what is typed counts a moment after the last letter, or at once with Enter.
import { type FormEvent, useEffect, useState } from 'react'

const pauseMs = 400

export function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value)
  const [known, setKnown] = useState(value)
  // It was changed elsewhere: a chip was taken away, or another address was opened.
  if (known !== value) {
    setKnown(value)
    setTyped(value)
  }
  useEffect(() => {
    if (typed.trim() === value) return
    const timer = setTimeout(() => onChange(typed.trim()), pauseMs)
    return () => clearTimeout(timer)
  }, [typed, value, onChange])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onChange(typed.trim())
  }
  return (
    <form className="audit-search" onSubmit={submit}>
      <input
        type="search"
        aria-label="Search in types, names, reasons and data of events"
        placeholder="Search: a name, a reason, an id …"
        maxLength={200}
        value={typed}
        onChange={event => setTyped(event.target.value)}
      />
    </form>
  )
}
