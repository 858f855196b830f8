// A dialog: the browser's own, which keeps the focus inside, closes on Escape and makes the rest inert.
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { toFirstFault } from './first-fault.ts'

interface DialogParts {
  title: string
  onClose: () => void
  children: ReactNode
  foot?: ReactNode
  wide?: boolean
  /** It cannot be put away without an answer. */
  fixed?: boolean
  /** What Enter does in a field; the button for it in `foot` is of type submit. */
  onSubmit?: () => void
}

export function Dialog({ title, onClose, children, foot, wide, fixed, onSubmit }: DialogParts) {
  const at = useRef<HTMLDialogElement>(null)
  const name = useId()
  useEffect(() => {
    const dialog = at.current
    if (dialog === null || dialog.open) return
    dialog.showModal()
  }, [])
  const inside = (
    <>
      <div className="dialog-body">{children}</div>
      {foot && <div className="dialog-foot">{foot}</div>}
    </>
  )
  return (
    <dialog
      ref={at}
      aria-labelledby={name}
      className={wide ? 'wide' : ''}
      onCancel={event => {
        event.preventDefault()
        if (!fixed) onClose()
      }}
    >
      <div className="dialog-head">
        <h2 id={name}>{title}</h2>
        {!fixed && (
          <button type="button" className="plain icon" aria-label="Close" onClick={onClose}>
            ✕
          </button>
        )}
      </div>
      {onSubmit === undefined ? (
        inside
      ) : (
        <form
          noValidate
          onSubmit={event => {
            event.preventDefault()
            // Of a form that the dialog was opened from it is no part.
            event.stopPropagation()
            onSubmit()
            // What is marked as wrong may be far above the button.
            toFirstFault(at.current)
          }}
        >
          {inside}
        </form>
      )}
    </dialog>
  )
}
