// A value, shown to a person who says why. It is shown this once, kept nowhere in the page, and gone when the dialog closes.
import { type ReactNode, useId, useState } from 'react'
import { useWish } from '../../../api/wish.ts'
import { WishNotice } from '../../../parts/decide.tsx'
import { Dialog } from '../../../parts/dialog.tsx'
import { AreaField } from '../../../parts/fields.tsx'
import { Notice } from '../../../parts/notice.tsx'
import { useBriefly } from '../../../parts/time.tsx'

interface RevealParts {
  credential: { id: string; name: string }
  number: number
  onClose: () => void
}

export function Reveal({ credential, number, onClose }: RevealParts) {
  const [value, setValue] = useState<string | null>(null)
  const [reason, setReason] = useState('')
  const [isTried, setTried] = useState(false)
  const form = useId()
  const wish = useWish()
  const lacks = reason.trim().length < 3
  const ask = async () => {
    setTried(true)
    if (lacks || wish.isBusy) return
    const answer = await wish.send('credentials.reveal', {
      params: { id: credential.id, number },
      body: { reason: reason.trim() },
    })
    if (answer !== null) setValue(answer.value)
  }
  const title = `The value of ${credential.name}, v${number}`
  if (value !== null) return <Shown title={title} value={value} onClose={onClose} />
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form={form} className="grave" aria-disabled={wish.isBusy}>
            {wish.isBusy ? 'Asking …' : 'Show it to me'}
          </button>
        </>
      }
    >
      <form
        id={form}
        className="stack"
        noValidate
        onSubmit={event => {
          event.preventDefault()
          void ask()
        }}
      >
        <p>
          Whoever sees a value can use it, and nobody can take that back. It is written down that you saw it,
          and why. To let a program have it, bind an agent instead.
        </p>
        <AreaField
          label="Why you have to see it"
          help="It is kept in the record, for whoever asks in a year."
          required
          value={reason}
          onChange={setReason}
          fault={isTried && lacks ? 'Say why, in three letters at the least.' : null}
        />
        <WishNotice state={wish.state} />
      </form>
    </Dialog>
  )
}

function Shown({ title, value, onClose }: { title: string; value: string; onClose: () => void }) {
  const [isCopied, setCopied] = useBriefly(3_000)
  const [fault, setFault] = useState<ReactNode>(null)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value)
      setCopied()
    } catch {
      setFault('The browser does not let this page copy. Mark the value, and copy it yourself.')
    }
  }
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <>
          <button type="button" onClick={() => void copy()}>
            {isCopied ? 'Copied' : 'Copy'}
          </button>
          <button type="button" className="first" onClick={onClose}>
            Close
          </button>
        </>
      }
    >
      <Notice tone="warn">
        It is shown this once. Close when you have it: this page keeps nothing of it.
      </Notice>
      <pre className="value" tabIndex={0} role="region" aria-label="The value">
        {value}
      </pre>
      <p role="status" className={isCopied ? 'small' : 'hidden'}>
        {isCopied
          ? 'It is in the clipboard now. Other programs can read that: copy something else afterwards.'
          : ''}
      </p>
      {fault && <p className="fault-text">{fault}</p>}
    </Dialog>
  )
}
