// What a row of a table has besides, opened beneath it.
import { type ReactNode, useId, useMemo, useState } from 'react'

export type Disclose = (name: ReactNode) => ReactNode

/** Which rows are open, and which one a link asked for that was not there yet. */
export function useDetails(opened: string | undefined) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(opened === undefined ? [] : [opened]))
  const [seek, setSeek] = useState<string | null>(opened ?? null)
  return useMemo(
    () => ({
      seek,
      found: () => setSeek(null),
      isOpen: (key: string) => open.has(key),
      toggle: (key: string) =>
        setOpen(was => new Set(was.has(key) ? [...was].filter(one => one !== key) : [...was, key])),
    }),
    [open, seek],
  )
}

interface ItemParts {
  place: object
  index: object
  cells: (disclose: Disclose) => ReactNode
  span: number
  isOpen: boolean
  onToggle: () => void
  detail: () => ReactNode
}

/** A row with what it has besides. */
export function Item({ place, index, cells, span, isOpen, onToggle, detail }: ItemParts) {
  const id = useId()
  const disclose = (name: ReactNode) => (
    <span className="disclosed">
      <button
        type="button"
        id={`${id}-more`}
        className="plain disclose"
        aria-label="Details of"
        aria-labelledby={`${id}-more ${id}-name`}
        aria-expanded={isOpen}
        {...(isOpen && { 'aria-controls': `${id}-detail` })}
        onClick={onToggle}
      >
        <svg viewBox="0 0 10 10" aria-hidden="true">
          <path d="M3 1l4 4-4 4" fill="none" stroke="currentColor" strokeWidth="1.6" />
        </svg>
      </button>
      <span id={`${id}-name`}>{name}</span>
    </span>
  )
  return (
    <tbody className="item" {...place}>
      <tr {...index}>{cells(disclose)}</tr>
      {isOpen && (
        <tr className="detail">
          <td colSpan={span} id={`${id}-detail`}>
            {detail()}
          </td>
        </tr>
      )}
    </tbody>
  )
}
