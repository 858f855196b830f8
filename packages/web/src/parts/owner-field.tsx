// Who is answerable: a person or a team, by name, with those who own something already to choose from.
import { useId } from 'react'
import { useAsk } from '../api/use.ts'
import { TextField } from './fields.tsx'
import { idFrom, type Owner, type OwnerDraft } from './owner-draft.ts'

interface OwnerParts {
  draft: OwnerDraft
  onChange: (draft: OwnerDraft) => void
  fault?: string | null | undefined
  help: string
}

export function OwnerField({ draft, onChange, fault, help }: OwnerParts) {
  const list = useId()
  const known = useOwners()
  const named = (name: string) => {
    const owner = known.find(one => one.name === name)
    const wasKnown = known.some(one => one.name === draft.name && one.id === draft.id)
    onChange({ name, id: owner?.id ?? (wasKnown ? '' : draft.id) })
  }
  const usual = idFrom(draft.name)
  return (
    <>
      <div>
        <TextField
          label="Owner"
          help={help}
          fault={fault}
          value={draft.name}
          onChange={named}
          list={list}
          maxLength={200}
        />
        <datalist id={list}>
          {known.map(one => (
            <option key={one.id} value={one.name} />
          ))}
        </datalist>
      </div>
      <TextField
        label="Id of the owner"
        help={`Stands in logs in place of the name.${draft.id === '' && usual !== '' ? ` Left empty: ${usual}` : ''}`}
        value={draft.id}
        onChange={id => onChange({ ...draft, id })}
        maxLength={200}
      />
    </>
  )
}

/** Whoever may not ask for them types. */
function useOwners(): readonly Owner[] {
  const people = useAsk('people.list', { query: { limit: 200 } })
  const credentials = useAsk('credentials.list', { query: { limit: 200 } })
  const consumers = useAsk('overview.consumers', { query: { limit: 200 } })
  const found = new Map<string, Owner>()
  for (const { owner } of [...(credentials.data?.items ?? []), ...(consumers.data?.items ?? [])])
    if (owner !== null) found.set(owner.id, owner)
  for (const { id, name, endedMs } of people.data?.items ?? []) {
    if (endedMs === null && !found.has(id)) found.set(id, { id, name })
  }
  return [...found.values()]
}
