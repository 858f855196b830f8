// What every part begins with: its name, what it is for, and its button.
import type { ReactNode } from 'react'
import { setQuery, useAddress } from '../../address.ts'
import { useMay } from '../../api/rights.ts'

export function PartOf({
  name,
  about,
  action,
  changes = null,
  children,
}: {
  name: string
  about: ReactNode
  action?: ReactNode
  /** Where it takes the right to administer: everywhere, or in whichever environments it is about; null: nobody is kept out. */
  changes?: 'everywhere' | 'somewhere' | null
  children: ReactNode
}) {
  return (
    <div className="stack">
      <div className="row between part-head">
        <div>
          <h2>{name}</h2>
          <p className="soft part-about">{about}</p>
        </div>
        {action}
      </div>
      {changes !== null && <Needs where={changes} />}
      {children}
    </div>
  )
}

/** Said once, for whoever may only look: buttons say it too, but not on a phone. */
function Needs({ where }: { where: 'everywhere' | 'somewhere' }) {
  const may = useMay('administer', where === 'everywhere' ? null : undefined)
  if (may) return null
  return (
    <p className="small soft">
      You may look. To change something here takes the role of an admin
      {where === 'everywhere' ? ' everywhere' : ' in the environments that it is about'}: ask one.
    </p>
  )
}

/** Which dialog is open, and about what: it stands in the address, so that it can be linked to and survives a reload. */
export function useOpen(): {
  what: string | null
  of: string | null
  open: (what: string, of?: string) => void
  close: () => void
} {
  const { query } = useAddress()
  return {
    what: query.get('do'),
    of: query.get('of'),
    open: (what, of) => setQuery({ do: what, of }),
    close: () => setQuery({ do: undefined, of: undefined }),
  }
}

/** Said under a form with marked fields. */
export const marked = 'Some fields need you: they are marked.'
export const becauseOf = (faults: object): string | null => (Object.keys(faults).length > 0 ? marked : null)
