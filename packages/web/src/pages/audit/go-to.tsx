// To a date or a position, without scrolling there.
import { type FormEvent, useState } from 'react'
import { Dialog } from '../../parts/dialog.tsx'
import { TextField } from '../../parts/fields.tsx'
import { MomentField } from '../../parts/moment-field.tsx'
import { ErrorNotice } from '../../parts/notice.tsx'

interface GoToParts {
  last: number
  positionAt: (atMs: number, signal: AbortSignal) => Promise<number>
  onGo: (position: number) => void
}

export function GoTo(parts: GoToParts) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Go to …
      </button>
      {isOpen && <GoToDialog {...parts} onClose={() => setOpen(false)} />}
    </>
  )
}

function GoToDialog({ last, positionAt, onGo, onClose }: GoToParts & { onClose: () => void }) {
  const [atMs, setAtMs] = useState<number | null>(null)
  const [position, setPosition] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const wanted = /^[1-9]\d{0,15}$/.test(position.trim()) ? Number(position) : null
  const go = (to: number) => {
    onClose()
    // The dialog gives the focus back when it is gone; the list takes it after that.
    setTimeout(() => onGo(Math.max(1, Math.min(to, last))))
  }
  const byDate = async (event: FormEvent) => {
    event.preventDefault()
    if (atMs === null || isBusy) return
    setBusy(true)
    try {
      // The minute that was named is in.
      go(await positionAt(atMs + 59_999, AbortSignal.timeout(30_000)))
    } catch (failed) {
      setError(failed)
      setBusy(false)
    }
  }
  const byPosition = (event: FormEvent) => {
    event.preventDefault()
    if (wanted !== null) go(wanted)
  }
  return (
    <Dialog title="Go to" onClose={onClose}>
      <form className="stack-s" onSubmit={byDate}>
        <MomentField label="A time" ms={atMs} onChange={setAtMs} />
        <div>
          <button type="submit" className="first" aria-disabled={atMs === null || isBusy}>
            {isBusy ? 'Looking …' : 'To what happened then'}
          </button>
        </div>
      </form>
      <form className="stack-s" onSubmit={byPosition}>
        <TextField
          label="A position"
          inputMode="numeric"
          value={position}
          onChange={setPosition}
          help={`From 1 to ${last}.`}
          fault={position !== '' && wanted === null ? 'A whole number from 1 on.' : null}
        />
        <div>
          <button type="submit" aria-disabled={wanted === null}>
            To that position
          </button>
        </div>
      </form>
      <ErrorNotice error={error} />
    </Dialog>
  )
}
