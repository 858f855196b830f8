// A receiver of shared signals: registered, or changed.
import { useState } from 'react'
import { Decide } from '../../parts/decide.tsx'
import { useDraft } from '../../parts/draft.ts'
import { CheckField, SelectField, TextField } from '../../parts/fields.tsx'
import { idFault } from '../../parts/id.ts'
import type { PutGiven } from './connected-part.tsx'
import { EnvironmentsField } from './environments-field.tsx'
import { becauseOf } from './part.tsx'
import type { Receiver } from './receivers.tsx'

export function PutReceiver({ receiver, onShown, onClose }: PutGiven & { receiver?: Receiver }) {
  const { value, set, drop } = useDraft(receiver === undefined ? 'receiver' : `receiver ${receiver.id}`, {
    id: receiver?.id ?? '',
    name: receiver?.name ?? '',
    environments: (receiver?.environments ?? []) as readonly string[],
    // What it has without a word of its own is not written into the field.
    audience:
      receiver === undefined || receiver.audience.endsWith(`/receivers/${receiver.id}`)
        ? ''
        : receiver.audience,
    defaultSubjects: receiver?.defaultSubjects ?? ('ALL' as 'ALL' | 'NONE'),
  })
  const [anew, setAnew] = useState(false)
  const [isTried, setTried] = useState(false)
  const change = (part: Partial<typeof value>) => set({ ...value, ...part })
  const faults = {
    ...idFault(value.id),
    ...(value.name.trim() === '' && { name: 'Give it a name.' }),
    ...(value.environments.length === 0 && { environments: 'Say of which environments it hears.' }),
  }
  const shown: Partial<Record<'id' | 'name' | 'environments', string>> = isTried ? faults : {}
  return (
    <Decide
      title={receiver === undefined ? 'Let somebody receive' : `Change ${receiver.name}`}
      wide
      confirm={receiver === undefined ? 'Let it receive' : 'Change it'}
      operation="receivers.put"
      parts={() => ({
        params: { id: value.id },
        body: {
          name: value.name.trim(),
          environments: [...value.environments],
          defaultSubjects: value.defaultSubjects,
          ...(value.audience.trim() !== '' && { audience: value.audience.trim() }),
          ...(anew && { anew }),
        },
      })}
      because={becauseOf(faults)}
      onTried={() => setTried(true)}
      done={
        receiver === undefined
          ? 'It may receive. Hand over its id and secret.'
          : 'It is changed, from now on.'
      }
      onDone={answer => {
        drop()
        if (answer.secret !== null)
          onShown({
            title: `The secret of ${answer.name}`,
            label: 'The client secret',
            secret: answer.secret,
            address: new URL('.well-known/ssf-configuration', document.baseURI).href,
            how: `It gets its tokens with the client id ${answer.id} and this secret, and finds everything else at the address below.`,
          })
      }}
      onClose={onClose}
    >
      <TextField
        label="Name"
        required
        maxLength={200}
        placeholder="API gateway"
        value={value.name}
        fault={shown.name}
        onChange={name => change({ name })}
      />
      {receiver === undefined && (
        <TextField
          label="Id"
          required
          maxLength={100}
          help="It is its client_id, and stays: gateway"
          value={value.id}
          fault={shown.id}
          onChange={id => change({ id })}
        />
      )}
      <EnvironmentsField
        legend="Hears of"
        value={value.environments}
        fault={shown.environments}
        onChange={environments => change({ environments })}
      />
      <SelectField
        label="Of which subjects"
        value={value.defaultSubjects}
        onChange={one => change({ defaultSubjects: one as 'ALL' | 'NONE' })}
        options={[
          { value: 'ALL', text: 'Everything in its environments' },
          { value: 'NONE', text: 'Only what it adds itself' },
        ]}
      />
      <TextField
        label="Audience"
        maxLength={500}
        help="The aud of what it is sent, if it wants one of its own."
        value={value.audience}
        onChange={audience => change({ audience })}
      />
      {receiver !== undefined && (
        <CheckField
          label="Make its secret anew"
          help="The one before ends at once, with every token."
          value={anew}
          onChange={setAnew}
        />
      )}
    </Decide>
  )
}
