// A provider through which people sign in.
import { useState } from 'react'
import type { Answer } from '../../api/ask.ts'
import { Copied } from '../../parts/copy.tsx'
import { Decide } from '../../parts/decide.tsx'
import { useDraft } from '../../parts/draft.ts'
import { TextField } from '../../parts/fields.tsx'
import { idFault, isId } from '../../parts/id.ts'
import { Notice } from '../../parts/notice.tsx'
import { becauseOf } from './part.tsx'
import { outsideAddress } from './secret-of.tsx'

type SignOn = Answer<'signOns.list'>['items'][number]

export function PutSignOn({ signOn, onClose }: { signOn?: SignOn; onClose: () => void }) {
  const { value, set, drop } = useDraft(signOn === undefined ? 'sign-on' : `sign-on ${signOn.id}`, {
    id: signOn?.id ?? '',
    name: signOn?.name ?? '',
    issuer: '',
    clientId: '',
    clientSecret: '',
  })
  const [isTried, setTried] = useState(false)
  const change = (part: Partial<typeof value>) => set({ ...value, ...part })
  const faults = {
    ...idFault(value.id),
    ...(value.name.trim() === '' && { name: 'Say what stands on the button.' }),
    ...(!URL.canParse(value.issuer.trim()) && { issuer: 'Its address, as it names itself.' }),
    ...(value.clientId.trim() === '' && { clientId: 'What the provider calls Rekey.' }),
  }
  const shown: Partial<Record<'id' | 'name' | 'issuer' | 'clientId', string>> = isTried ? faults : {}
  const secret = value.clientSecret.trim()
  return (
    <Decide
      title={signOn === undefined ? 'Add a sign-on provider' : `Change ${signOn.name}`}
      wide
      confirm={signOn === undefined ? 'Add it' : 'Change it'}
      operation="signOns.put"
      parts={() => ({
        params: { id: value.id },
        body: {
          name: value.name.trim(),
          issuer: value.issuer.trim(),
          clientId: value.clientId.trim(),
          ...(secret !== '' && { clientSecret: secret }),
        },
      })}
      because={becauseOf(faults)}
      onTried={() => setTried(true)}
      done="People may sign in through it. Each has to be added with the subject that it knows them by."
      onDone={drop}
      onClose={onClose}
    >
      {signOn !== undefined && (
        <Notice>
          <p>What was set up is not shown again: enter all of it.</p>
        </Notice>
      )}
      <TextField
        label="Name"
        required
        maxLength={200}
        help="It stands on the button of the sign-in: With …"
        value={value.name}
        fault={shown.name}
        onChange={name => change({ name })}
      />
      {signOn === undefined && (
        <TextField
          label="Id"
          required
          maxLength={100}
          help="It stands in addresses, and stays: corp"
          value={value.id}
          fault={shown.id}
          onChange={id => change({ id })}
        />
      )}
      <TextField
        label="Issuer"
        required
        type="url"
        maxLength={2_000}
        help="The provider’s address as it names itself: https://login.example.com"
        value={value.issuer}
        fault={shown.issuer}
        onChange={issuer => change({ issuer })}
      />
      <TextField
        label="Client id"
        required
        maxLength={500}
        value={value.clientId}
        fault={shown.clientId}
        onChange={clientId => change({ clientId })}
      />
      <TextField
        label="Admin secret with the client secret"
        maxLength={200}
        help="Its name, never the secret: that lies in a file of this name beside Rekey. Left empty for a public client."
        value={value.clientSecret}
        onChange={clientSecret => change({ clientSecret })}
      />
      {isId(value.id) && (
        <Copied
          label="Where the provider sends browsers back to"
          text={outsideAddress('session.signOnDone', { params: { provider: value.id } })}
        />
      )}
    </Decide>
  )
}
