// A kill by query: every field that is filled narrows it.
import { useMemo } from 'react'
import { setQuery } from '../../address.ts'
import type { Answer } from '../../api/ask.ts'
import { SelectField, TextField } from '../../parts/fields.tsx'
import type { QueryField } from './scope.ts'

type Credential = Answer<'credentials.list'>['items'][number]

export function QueryFields({
  asked,
  credentials,
}: {
  asked: URLSearchParams
  credentials: readonly Credential[]
}) {
  const known = useMemo(() => {
    const valuesOf = (of: (one: Credential) => string | undefined) =>
      [...new Set(credentials.flatMap(one => of(one) ?? []))].sort((a, b) => a.localeCompare(b))
    return {
      environment: valuesOf(one => one.environment),
      kind: valuesOf(one => one.kind),
      provider: valuesOf(one => one.provider),
      target: valuesOf(one => one.target),
      owner: valuesOf(one => one.owner?.id),
    }
  }, [credentials])
  const value = (field: QueryField) => asked.get(field) ?? ''
  const change = (field: QueryField) => (next: string) =>
    setQuery({ of: 'query', [field]: next === '' ? undefined : next })
  const menu = (field: keyof typeof known, label: string) => {
    const given = value(field)
    const options = known[field].includes(given) || given === '' ? known[field] : [given, ...known[field]]
    return (
      <SelectField
        label={label}
        value={given}
        onChange={change(field)}
        options={[{ value: '', text: 'any' }, ...options.map(one => ({ value: one, text: one }))]}
      />
    )
  }
  const text = (field: QueryField, label: string, help: string, type = 'text') => (
    <TextField label={label} help={help} type={type} value={value(field)} onChange={change(field)} />
  )
  return (
    <fieldset>
      <legend>All of this has to be true</legend>
      <div className="fields">
        {text('text', 'Name or id', 'A part of it, whatever its case')}
        {menu('environment', 'Environment')}
        {menu('owner', 'Owner')}
        {menu('target', 'Target')}
        {menu('kind', 'Kind')}
        {menu('provider', 'Provider')}
        {text(
          'issuedBefore',
          'Issued before, in UTC',
          'Of which nobody knows when it was issued counts as older',
          'datetime-local',
        )}
        {text('handle', 'Handle', "The target's own name for the version")}
        {text('fingerprint', 'Fingerprint', 'The whole of it, as it stands in the record')}
      </div>
    </fieldset>
  )
}
