// Whoever is connected by a secret that is shown once: the list, and the dialogs to add, change and remove one of them.
import { type ReactNode, useState } from 'react'
import type { Answer } from '../../api/ask.ts'
import { type Asked, useAsk } from '../../api/use.ts'
import { Button } from '../../parts/button.tsx'
import { Await } from '../../parts/notice.tsx'
import type { Column } from '../../parts/table.tsx'
import { ChangeOrRemove } from './change-or-remove.tsx'
import { PartOf, useOpen } from './part.tsx'
import { SecretOf, type Shown } from './secret-of.tsx'

type Lists = 'sources.list' | 'signalSources.list' | 'webhooks.list' | 'receivers.list'
type ItemOf<O extends Lists> = Answer<O>['items'][number]

export type Open = (what: string, of: string) => void

export interface PutGiven {
  onShown: (shown: Shown) => void
  onClose: () => void
}

interface ConnectedParts<O extends Lists> {
  operation: O
  name: string
  about: ReactNode
  add: string
  empty: ReactNode
  table: (items: readonly ItemOf<O>[], open: Open) => ReactNode
  /** The dialog to add one, or to change that one. */
  put: (one: ItemOf<O> | undefined, given: PutGiven) => ReactNode
  remove: (one: ItemOf<O>, close: () => void) => ReactNode
}

const needs = { right: 'administer', environment: undefined } as const

export function ConnectedPart<O extends Lists>(given: ConnectedParts<O>) {
  const { operation, name, about, add, empty, table, put, remove } = given
  const asked: Asked<O> = useAsk(operation, {}, { everyMs: 15_000 })
  const { what, of, open, close } = useOpen()
  const [shown, setShown] = useState<Shown | null>(null)
  const dialog = { onShown: setShown, onClose: close }
  return (
    <PartOf
      name={name}
      changes="somewhere"
      about={about}
      action={
        <Button needs={needs} kind="first" onPress={() => open('add')}>
          {add}
        </Button>
      }
    >
      <Await asked={asked}>
        {data => {
          const items = data.items as readonly ItemOf<O>[]
          const chosen = items.find(one => one.id === of)
          return (
            <>
              {items.length === 0 ? empty : table(items, open)}
              {what === 'change' && chosen !== undefined && put(chosen, dialog)}
              {what === 'remove' && chosen !== undefined && remove(chosen, close)}
            </>
          )
        }}
      </Await>
      {what === 'add' && put(undefined, dialog)}
      {shown !== null && <SecretOf {...shown} onClose={() => setShown(null)} />}
    </PartOf>
  )
}

/** What every list of them ends with. */
export const changeColumn = <T extends { id: string }>(
  open: Open,
  named: (one: T) => string,
  change?: (one: T) => string,
): Column<T> => ({
  id: 'do',
  head: 'Change',
  cell: one => (
    <ChangeOrRemove
      needs={needs}
      of={named(one)}
      {...(change !== undefined && { change: change(one) })}
      onChange={() => open('change', one.id)}
      onRemove={() => open('remove', one.id)}
    />
  ),
})
