// A link that looks like a button and, like one, says beforehand what it takes. Without the right it is there, leads nowhere, and tells why.
import type { Right } from '@rekey/wire'
import { type ReactNode, useId } from 'react'
import { needsText, useMay } from '../api/rights.ts'

interface LinkParts {
  href: string
  children: ReactNode
  needs?: { right: Right; environment: string | null | undefined } | undefined
  kind?: 'first' | 'grave'
}

export function ButtonLink({ href, children, needs, kind }: LinkParts) {
  const why = useId()
  const may = useMay(needs?.right ?? 'read', needs?.environment)
  const className = kind === undefined ? 'button' : `button ${kind}`
  if (needs === undefined || may)
    return (
      <a className={className} href={href}>
        {children}
      </a>
    )
  const reason = needsText(needs.right, needs.environment)
  return (
    <>
      <button type="button" className={kind ?? ''} aria-disabled title={reason} aria-describedby={why}>
        {children}
      </button>
      <span id={why} className="hidden">
        {reason}
      </span>
    </>
  )
}
