// A table: sorted by a press on its heads, searched as one types, and drawn only where it is looked at, so that ten thousand rows
// scroll like ten. On a phone each row becomes a card.
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { usePrinting } from './printing.ts'
import { type Disclose, Item, useDetails } from './table-detail.tsx'

export interface Column<T> {
  id: string
  head: string
  cell: (row: T) => ReactNode
  /** What it is sorted by; without it, it is not. */
  sort?: (row: T) => string | number | null
  number?: boolean
  /** The name of the row. */
  names?: boolean
}

interface TableParts<T> {
  caption: string
  columns: readonly Column<T>[]
  rows: readonly T[]
  keyOf: (row: T) => string
  /** What a search looks through; without it there is no search. */
  textOf?: (row: T) => string
  tools?: ReactNode
  /** What is there when nothing is. */
  none?: ReactNode
  /** A guess at a row's height, for what is not drawn. */
  rowHeight?: number
  sortedBy?: { id: string; down?: boolean }
  /** What a row has besides: it opens beneath the row. */
  detail?: (row: T) => ReactNode
  /** The row whose detail is open at first, because a link says so. */
  opened?: string | undefined
  /** Where the page keeps what is searched for, as in the address. */
  searched?: { value: string; onChange: (value: string) => void }
}

const drawAllUpTo = 60
/** Paper does not scroll. What is more than this is no reading for anybody. */
const printAllUpTo = 2_000
const shortUpTo = 20

export function Table<T>({
  caption,
  columns,
  rows,
  keyOf,
  textOf,
  tools,
  none,
  rowHeight = 44,
  sortedBy,
  detail,
  opened,
  searched,
}: TableParts<T>) {
  const [typed, setTyped] = useState('')
  const search = searched?.value ?? typed
  const [sort, setSort] = useState<{ id: string; down?: boolean } | null>(sortedBy ?? null)
  const wanted = useDeferredValue(search.trim().toLowerCase())
  const texts = useMemo(
    () => (textOf === undefined ? null : rows.map(row => textOf(row).toLowerCase())),
    [rows, textOf],
  )
  const shown = useMemo(() => {
    const found = wanted === '' || texts === null ? rows : rows.filter((_, at) => texts[at]!.includes(wanted))
    const by = columns.find(one => one.id === sort?.id)?.sort
    return by === undefined ? found : sorted(found, by, sort?.down === true)
  }, [rows, texts, wanted, columns, sort])
  // Another function for the keys would have ten thousand heights reckoned anew at each drawing. A row keeps its key.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above.
  const keys = useMemo(() => shown.map(keyOf), [shown])
  const getItemKey = useCallback((at: number) => keys[at]!, [keys])
  const frame = useRef<HTMLDivElement>(null)
  const isWhole = shown.length <= (usePrinting() ? printAllUpTo : drawAllUpTo)
  const virtual = useVirtualizer({
    count: isWhole ? 0 : shown.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey,
  })
  const drawn = virtual.getVirtualItems()
  const before = drawn[0]?.start ?? 0
  const after = isWhole ? 0 : virtual.getTotalSize() - (drawn.at(-1)?.end ?? 0)
  const details = useDetails(opened)
  const { seek } = details
  const soughtAt = seek === null ? -1 : keys.indexOf(seek)
  useEffect(() => {
    if (soughtAt < 0) return
    details.found()
    if (isWhole)
      frame.current?.querySelector(`[data-index="${soughtAt}"]`)?.scrollIntoView({ block: 'center' })
    else virtual.scrollToIndex(soughtAt, { align: 'center' })
  }, [soughtAt, isWhole, virtual, details])
  const rowAt = (row: T, at: number, measure?: (node: Element | null) => void) => {
    const key = keyOf(row)
    const place = { 'data-index': at, ...(measure && { ref: measure }) }
    const index = isWhole ? {} : { 'aria-rowindex': at + 2 }
    if (detail === undefined)
      return (
        <tr key={key} {...place} {...index}>
          {columns.map(column => cellOf(column, row))}
        </tr>
      )
    return (
      <Item
        key={key}
        place={place}
        index={index}
        cells={disclose => columns.map(column => cellOf(column, row, disclose))}
        span={columns.length}
        isOpen={details.isOpen(key)}
        onToggle={() => details.toggle(key)}
        detail={() => detail(row)}
      />
    )
  }
  const drawnRows = isWhole
    ? shown.map((row, at) => rowAt(row, at))
    : drawn.map(({ index }) => rowAt(shown[index]!, index, virtual.measureElement))
  const gap = (height: number) => height > 0 && <Gap height={height} span={columns.length} />
  return (
    <div>
      {(textOf !== undefined || tools) && (
        <div className="table-tools">
          {textOf !== undefined && (
            <input
              type="search"
              aria-label={`Search in ${caption}`}
              placeholder="Search"
              value={search}
              onChange={event => (searched?.onChange ?? setTyped)(event.target.value)}
            />
          )}
          {tools}
          <span className="small soft" role="status">
            {countText(shown.length, rows.length, tools !== undefined)}
          </span>
        </div>
      )}
      {shown.length === 0 ? (
        ((rows.length === 0 ? none : null) ?? <p className="soft">Nothing of that kind is here.</p>)
      ) : (
        // What scrolls must be reached by keyboard.
        <div
          className="table-frame as-cards"
          ref={frame}
          tabIndex={0}
          role="region"
          aria-label={caption}
          data-many={!isWhole}
          data-short={shown.length <= shortUpTo}
        >
          <table className="table" {...(!isWhole && { 'aria-rowcount': shown.length + 1 })}>
            <caption className="hidden">{caption}</caption>
            <thead>
              <tr>
                {columns.map(column => (
                  <Head key={column.id} column={column} sort={sort} onSort={setSort} />
                ))}
              </tr>
            </thead>
            {detail === undefined ? (
              <tbody>
                {gap(before)}
                {drawnRows}
                {gap(after)}
              </tbody>
            ) : (
              <>
                {before > 0 && <tbody>{gap(before)}</tbody>}
                {drawnRows}
                {after > 0 && <tbody>{gap(after)}</tbody>}
              </>
            )}
          </table>
        </div>
      )}
    </div>
  )
}

/** All of them are counted by the tools beside it, where there are any. */
function countText(shown: number, all: number, isCounted: boolean): string {
  if (shown === all) return isCounted ? '' : all.toLocaleString('en-GB')
  return `${shown.toLocaleString('en-GB')} of ${all.toLocaleString('en-GB')}`
}

function cellOf<T>({ id, head, cell, names, number }: Column<T>, row: T, disclose?: Disclose) {
  if (names)
    return (
      <th key={id} scope="row">
        {disclose === undefined ? cell(row) : disclose(cell(row))}
      </th>
    )
  return (
    <td key={id} data-label={head} className={number ? 'number' : ''}>
      {cell(row)}
    </td>
  )
}

const Gap = ({ height, span }: { height: number; span: number }) => (
  <tr className="gap" aria-hidden="true">
    <td colSpan={span} style={{ height }} />
  </tr>
)

interface HeadParts<T> {
  column: Column<T>
  sort: { id: string; down?: boolean } | null
  onSort: (sort: { id: string; down?: boolean } | null) => void
}

function Head<T>({ column, sort, onSort }: HeadParts<T>) {
  const { id, head, number } = column
  const isBy = sort?.id === id
  const className = number ? 'number' : ''
  if (column.sort === undefined)
    return (
      <th scope="col" className={className}>
        {head}
      </th>
    )
  return (
    <th
      scope="col"
      className={className}
      aria-sort={isBy ? (sort?.down ? 'descending' : 'ascending') : 'none'}
    >
      <button type="button" onClick={() => onSort(isBy ? (sort?.down ? null : { id, down: true }) : { id })}>
        {head} {isBy ? (sort?.down ? '↓' : '↑') : ''}
      </button>
    </th>
  )
}

function sorted<T>(rows: readonly T[], by: (row: T) => string | number | null, down: boolean): readonly T[] {
  const keyed = rows.map(row => ({ row, key: by(row) }))
  keyed.sort((a, b) => {
    // What is not known is last, whichever way.
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null)
    const order =
      typeof a.key === 'number' && typeof b.key === 'number'
        ? a.key - b.key
        : String(a.key).localeCompare(String(b.key))
    return down ? -order : order
  })
  return keyed.map(one => one.row)
}

/** Which of them are shown: one choice among a few, each with how many there are. */
export function Chips<V extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string
  options: readonly { value: V; text: string; count?: number }[]
  value: V
  onChange: (value: V) => void
}) {
  return (
    <fieldset className="chips" style={{ border: 0, padding: 0 }}>
      <legend className="hidden">{label}</legend>
      {options.map(one => (
        <button
          key={one.value}
          type="button"
          aria-pressed={one.value === value}
          onClick={() => onChange(one.value)}
        >
          {one.text}
          {one.count !== undefined && <span className="number soft"> {one.count}</span>}
        </button>
      ))}
    </fieldset>
  )
}
