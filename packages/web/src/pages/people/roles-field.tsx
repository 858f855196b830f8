// A role everywhere, and where it is another one.
import { SelectField } from '../../parts/fields.tsx'
import { AddEnvironment } from './environments-field.tsx'
import { useEnvironments } from './known.ts'
import { type RolesDraft, roleTexts } from './roles.ts'

interface RolesParts {
  value: RolesDraft
  onChange: (value: RolesDraft) => void
  fault?: string | null | undefined
}

const roleOptions = Object.entries(roleTexts).map(([value, { name, means }]) => ({
  value,
  text: `${name}: ${means}`,
}))

export function RolesField({ value, onChange, fault }: RolesParts) {
  const known = useEnvironments(Object.keys(value))
  const set = (place: string, role: string) => onChange({ ...value, [place]: role })
  return (
    <fieldset>
      <legend>Roles</legend>
      <p className="small soft">
        Each role may do what those before it may. What belongs to no environment, such as people and rules,
        needs the role everywhere.
      </p>
      <SelectField
        label="Everywhere"
        value={value['*'] ?? ''}
        fault={fault}
        onChange={role => set('*', role)}
        options={[{ value: '', text: 'No role' }, ...roleOptions]}
      />
      {known.map(place => (
        <SelectField
          key={place}
          label={`In ${place}`}
          value={value[place] ?? ''}
          onChange={role => set(place, role)}
          options={[{ value: '', text: 'As everywhere' }, ...roleOptions]}
        />
      ))}
      <AddEnvironment onAdd={place => set(place, value[place] || 'viewer')} />
    </fieldset>
  )
}
