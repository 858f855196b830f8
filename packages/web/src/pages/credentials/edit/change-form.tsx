// The end of a form that changes a credential: what is wrong, and the button.
import type { ReactNode } from 'react'
import { needsText, useMay } from '../../../api/rights.ts'
import { WishNotice } from '../../../parts/decide.tsx'
import { toFirstFault } from '../../../parts/first-fault.ts'
import { Notice } from '../../../parts/notice.tsx'
import type { CredentialInput } from '../about-draft.ts'
import { OvertakenNotice } from './overtaken.tsx'
import type { ChangeHeld } from './use-change.ts'

interface FormParts {
  id: string
  environment: string
  held: Pick<ChangeHeld<never>, 'wish' | 'overtaken' | 'isKept' | 'goOn'>
  /** How much is missing, and has been shown. */
  missing: number
  onSend: () => Promise<void>
  onAnew: () => void
  children: ReactNode
}

export function ChangeForm({ id, environment, held, missing, onSend, onAnew, children }: FormParts) {
  const may = useMay('operate', environment)
  const { wish, overtaken, isKept } = held
  return (
    <form
      className="stack register"
      noValidate
      onSubmit={event => {
        event.preventDefault()
        const form = event.currentTarget
        if (!may || wish.isBusy) return
        void onSend().then(() => toFirstFault(form))
      }}
    >
      {!may && (
        <Notice tone="warn" title="You may look, and not change it.">
          {needsText('operate', environment)}
        </Notice>
      )}
      {isKept && overtaken === null && (
        <Notice>
          <span className="row between">
            What you typed before is still here, and was not saved.
            <button type="button" onClick={onAnew}>
              Begin with what is there now
            </button>
          </span>
        </Notice>
      )}
      {overtaken !== null && (
        <OvertakenNotice
          id={id}
          overtaken={overtaken}
          onGoOn={(input: CredentialInput) => held.goOn(input)}
        />
      )}
      {children}
      <div className="send">
        <WishNotice state={wish.state} />
        {missing > 0 && (
          <p className="fault-text" role="status">
            {missing === 1 ? 'One thing is missing or wrong' : `${missing} things are missing or wrong`}: each
            is said at its field.
          </p>
        )}
        <div className="row">
          <button type="submit" className="first" aria-disabled={!may || wish.isBusy || overtaken !== null}>
            {wish.isBusy ? 'Saving …' : 'Save'}
          </button>
        </div>
        <p className="small soft">A rotation that is open keeps the plan that it was opened with.</p>
      </div>
    </form>
  )
}
