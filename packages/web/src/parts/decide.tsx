// A decision: what will happen, why it is done, and what came of it. The same for all of them, from letting a rotation go on to a kill.
import { type ReactNode, useRef, useState } from 'react'
import type { Answer, Operation, Parts } from '../api/ask.ts'
import { useWish, type WishState } from '../api/wish.ts'
import { Dialog } from './dialog.tsx'
import { AreaField } from './fields.tsx'
import { ErrorNotice, Notice, say } from './notice.tsx'

export interface DecideParts<O extends Operation> {
  title: string
  /** What will happen. */
  children?: ReactNode
  confirm: string
  grave?: boolean
  wide?: boolean
  operation: O
  /** From the reason that was given. null: something is missing yet; `because` says what. */
  parts: (reason: string) => Parts<O>
  asksReason?: boolean | string
  because?: string | null
  /** The state that it is decided on: if that has changed, it is refused. */
  ifMatch?: string | undefined
  /** It was pressed: from now on faults are shown. */
  onTried?: () => void
  done: string | ((answer: Answer<O>) => string)
  onDone?: (answer: Answer<O>) => void
  onClose: () => void
}

export function Decide<O extends Operation>(given: DecideParts<O>) {
  const {
    title,
    children,
    confirm,
    grave,
    wide,
    operation,
    parts,
    asksReason,
    because,
    ifMatch,
    onTried,
    done,
    onDone,
    onClose,
  } = given
  const wish = useWish()
  const [reason, setReason] = useState('')
  const [isTried, setTried] = useState(false)
  const lacksReason = asksReason !== undefined && asksReason !== false && reason.trim().length < 3
  const fault =
    because ?? (lacksReason ? 'Say why: three letters at the least. It is kept in the record.' : null)
  const hasLeft = useRef(false)
  const leave = () => {
    hasLeft.current = true
    onClose()
  }
  const send = async () => {
    setTried(true)
    onTried?.()
    if (fault !== null || wish.isBusy) return
    const answer = await wish.send(operation, parts(reason.trim()), { ifMatch })
    if (answer === null) return
    say(typeof done === 'string' ? done : done(answer))
    // Whoever has left it is told, and stays where they are.
    if (hasLeft.current) return
    onDone?.(answer)
    onClose()
  }
  return (
    <Dialog
      title={title}
      wide={wide === true}
      onClose={leave}
      onSubmit={() => void send()}
      foot={
        <>
          <button type="button" onClick={leave}>
            {wish.state.is === 'unsure' ? 'Leave it' : 'Cancel'}
          </button>
          <button type="submit" className={grave ? 'grave' : 'first'} aria-disabled={wish.isBusy}>
            {wish.isBusy ? 'Sending …' : confirm}
          </button>
        </>
      }
    >
      {children}
      {asksReason !== undefined && asksReason !== false && (
        <AreaField
          label={typeof asksReason === 'string' ? asksReason : 'Why'}
          help="It is kept in the record, for whoever asks in a year."
          required
          value={reason}
          onChange={setReason}
          fault={isTried && lacksReason ? 'Say why, in three letters at the least.' : null}
        />
      )}
      {isTried && because && <Notice tone="warn">{because}</Notice>}
      <WishNotice state={wish.state} />
    </Dialog>
  )
}

export function WishNotice({ state }: { state: WishState }) {
  if (state.is === 'failed') return <ErrorNotice error={state.error} />
  if (state.is !== 'unsure') return null
  return (
    <div role="status">
      <Notice tone="warn" title="No answer came.">
        <p>
          It is not known whether this was done. It is asked again under the same key, so it is done once at
          the most (try {state.tries + 1}). Leave this open.
        </p>
      </Notice>
    </div>
  )
}
