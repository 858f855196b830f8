// A value, shown to a person who says why. It is shown this once, kept nowhere in the page, and gone when the dialog closes.
import { useState } from 'react'
import { useWish } from '../../../api/wish.ts'
import { Copied } from '../../../parts/copy.tsx'
import { WishNotice } from '../../../parts/decide.tsx'
import { Dialog } from '../../../parts/dialog.tsx'
import { AreaField } from '../../../parts/fields.tsx'
import { Notice } from '../../../parts/notice.tsx'

interface RevealParts {
  credential: { id: string; name: string }
  number: number
  onClose: () => void
}

export function Reveal({ credential, number, onClose }: RevealParts) {
  const [value, setValue] = useState<string | null>(null)
  const [reason, setReason] = useState('')
  const [isTried, setTried] = useState(false)
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
      onSubmit={() => void ask()}
      foot={
        <>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="grave" aria-disabled={wish.isBusy}>
            {wish.isBusy ? 'Asking …' : 'Show it to me'}
          </button>
        </>
      }
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
    </Dialog>
  )
}

const Shown = ({ title, value, onClose }: { title: string; value: string; onClose: () => void }) => (
  <Dialog
    title={title}
    onClose={onClose}
    foot={
      <button type="button" className="first" onClick={onClose}>
        Close
      </button>
    }
  >
    <Notice tone="warn">It is shown this once. Close when you have it: this page keeps nothing of it.</Notice>
    <Copied label="The value" text={value} multiline={value.includes('\n')} />
    <p className="small soft">Other programs can read the clipboard: copy something else afterwards.</p>
  </Dialog>
)
