// A dialog: the browser's own, which keeps the focus inside, closes on Escape and makes the rest inert.
import { type ReactNode, useEffect, useId, useRef } from 'react'

interface DialogParts {
  title: string
  onClose: () => void
  children: ReactNode
  foot?: ReactNode
  wide?: boolean
  /** It cannot be put away without an answer. */
  fixed?: boolean
}

export function Dialog({ title, onClose, children, foot, wide, fixed }: DialogParts) {
  const at = useRef<HTMLDialogElement>(null)
  const name = useId()
  useEffect(() => {
    const dialog = at.current
    if (dialog === null || dialog.open) return
    dialog.showModal()
  }, [])
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
      <div className="dialog-body">{children}</div>
      {foot && <div className="dialog-foot">{foot}</div>}
    </dialog>
  )
}
