// Adding a person, giving them other roles, ending their access.
import type { PersonView } from '@rekey/wire'
import { useState } from 'react'
import { useAsk } from '../../api/use.ts'
import { Decide } from '../../parts/decide.tsx'
import { useDraft } from '../../parts/draft.ts'
import { SelectField, TextField } from '../../parts/fields.tsx'
import { becauseOf } from './part.tsx'
import { leastPassword, personDraft, readPerson } from './person-draft.ts'
import { rolesChange, rolesOf } from './roles.ts'
import { RolesField } from './roles-field.tsx'
import { Changes } from './shared-change.tsx'

interface Told {
  onDone: () => void
  onClose: () => void
}

export function AddPerson({ onDone, onClose }: Told) {
  const { value, set, drop } = useDraft('person', personDraft)
  // Never in the draft.
  const [password, setPassword] = useState('')
  const [isTried, setTried] = useState(false)
  const providers = useAsk('signOns.list')
  const { body, faults } = readPerson(value, password)
  const shown = isTried ? faults : {}
  const change = (part: Partial<typeof value>) => set({ ...value, ...part })
  const known = providers.data?.items ?? []
  return (
    <Decide
      title="Add a person"
      confirm="Add them"
      operation="people.add"
      parts={() => ({ body })}
      because={becauseOf(faults)}
      onTried={() => setTried(true)}
      done={`${value.name} has access.`}
      onDone={() => {
        drop()
        onDone()
      }}
      onClose={onClose}
    >
      <TextField
        label="Name"
        required
        autoComplete="off"
        maxLength={200}
        value={value.name}
        fault={shown.name}
        onChange={name => change({ name })}
      />
      <TextField
        label="Id"
        required
        autoComplete="off"
        maxLength={100}
        help="They sign in with it. It stands in the record for good: no name, if names must not be there."
        value={value.id}
        fault={shown.id}
        onChange={id => change({ id })}
      />
      <RolesField value={value.roles} fault={shown.roles} onChange={roles => change({ roles })} />
      <SelectField
        label="Signs in first with"
        value={value.how}
        onChange={how => change({ how: how as typeof value.how })}
        options={[
          { value: 'password', text: 'A password that you give them' },
          { value: 'sign-on', text: 'A sign-on provider' },
        ]}
      />
      {value.how === 'password' ? (
        <TextField
          label="First password"
          type="password"
          required
          autoComplete="new-password"
          help={`At least ${leastPassword} characters; a few unrelated words are good. They change it under My account, or add a passkey.`}
          value={password}
          fault={shown.password}
          onChange={setPassword}
        />
      ) : (
        <>
          <SelectField
            label="Provider"
            required
            value={value.provider}
            fault={shown.provider}
            help={known.length === 0 ? 'None is set up yet: see Identity.' : undefined}
            onChange={provider => change({ provider })}
            options={[
              { value: '', text: 'Choose …' },
              ...known.map(one => ({ value: one.id, text: one.name })),
            ]}
          />
          <TextField
            label="Subject"
            required
            help="How the provider knows them: the sub of its tokens."
            maxLength={500}
            value={value.subject}
            fault={shown.subject}
            onChange={subject => change({ subject })}
          />
        </>
      )}
    </Decide>
  )
}

export function SetRoles({ person, onDone, onClose }: Told & { person: PersonView }) {
  const { value, set, drop } = useDraft<Readonly<Record<string, string>>>(`roles ${person.id}`, person.roles)
  const roles = rolesOf(value)
  const changes = rolesChange(person.roles, roles)
  const isNone = Object.keys(roles).length === 0
  return (
    <Decide
      title={`Roles of ${person.name}`}
      confirm="Give these roles"
      operation="people.setRoles"
      parts={() => ({ params: { id: person.id }, body: { roles } })}
      because={
        isNone
          ? 'With no role at all they see nothing. To take everything away, end their access.'
          : changes.length === 0
            ? 'Nothing is changed yet.'
            : null
      }
      done={`${person.name} has other roles from now on.`}
      onDone={() => {
        drop()
        onDone()
      }}
      onClose={onClose}
    >
      <RolesField value={value} onChange={set} />
      <Changes changes={changes} />
    </Decide>
  )
}

export const EndPerson = ({ person, onDone, onClose }: Told & { person: PersonView }) => (
  <Decide
    title={`End the access of ${person.name}?`}
    grave
    confirm="End their access"
    operation="people.end"
    parts={() => ({ params: { id: person.id } })}
    done={`${person.name} has no access any more.`}
    onDone={onDone}
    onClose={onClose}
  >
    <p>
      At once their sessions end, and their API tokens, passkeys and password are good for nothing. The record
      keeps what they did. What they know of values stays in their memory: rotate what they could read.
    </p>
    <p>The id {person.id} is not given to anybody else.</p>
  </Decide>
)
