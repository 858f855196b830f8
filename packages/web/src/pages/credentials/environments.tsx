// The choice of an environment beside a list; the address holds it.
import { setQuery } from '../../address.ts'
import { SelectField } from '../../parts/fields.tsx'

export function Environments({ all, value }: { all: readonly string[]; value: string }) {
  if (all.length < 2 && value === '') return null
  const options = all.includes(value) || value === '' ? all : [...all, value]
  return (
    <div className="beside">
      <SelectField
        label="Environment"
        value={value}
        onChange={environment => setQuery({ environment })}
        options={[{ value: '', text: 'all' }, ...options.map(one => ({ value: one, text: one }))]}
      />
    </div>
  )
}
