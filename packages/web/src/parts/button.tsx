// A button that says beforehand what it takes. Without the right it is there, cannot be pressed, and tells why.
import type { Right } from '@rekey/wire'
import { type ReactNode, useId } from 'react'
import { needsText, useMay } from '../api/rights.ts'

/** The right that it takes, and where; environment null: in all. */
export interface Needs {
  right: Right
  environment: string | null | undefined
}

interface ButtonParts {
  children: ReactNode
  onPress: () => void
  needs?: Needs | undefined
  /** Why it cannot be pressed just now. */
  because?: string | null | undefined
  kind?: 'first' | 'grave' | 'plain' | undefined
  busy?: boolean | undefined
  label?: string | undefined
}

export function Button({ children, onPress, needs, because, kind, busy, label }: ButtonParts) {
  const why = useId()
  const may = useMay(needs?.right ?? 'read', needs === undefined ? undefined : needs.environment)
  const reason = needs !== undefined && !may ? needsText(needs.right, needs.environment) : (because ?? null)
  return (
    <>
      <button
        type="button"
        className={kind ?? ''}
        // Not `disabled`: whoever goes through the page by keyboard should come upon it and hear why.
        aria-disabled={reason !== null || busy === true}
        {...(reason !== null && { title: reason, 'aria-describedby': why })}
        {...(label !== undefined && { 'aria-label': label })}
        onClick={() => reason === null && !busy && onPress()}
      >
        {children}
        {busy && ' …'}
      </button>
      {reason !== null && (
        <span id={why} className="hidden">
          {reason}
        </span>
      )}
    </>
  )
}
