// Somebody who may send signals: registered, or changed.
import { useState } from 'react'
import { Decide } from '../../parts/decide.tsx'
import { useDraft } from '../../parts/draft.ts'
import { CheckField, SelectField, TextField } from '../../parts/fields.tsx'
import { kindWords } from '../signals/words.ts'
import { ChannelFields } from './channel-fields.tsx'
import type { PutGiven } from './connected-part.tsx'
import { EnvironmentsField } from './environments-field.tsx'
import { becauseOf } from './part.tsx'
import { outsideAddress } from './secret-of.tsx'
import {
  type ChannelKind,
  channelKinds,
  readSignalSource,
  type SignalSource,
  type SignalSourceDraft,
  type SignalSourceFaults,
  signalSourceDraft,
} from './signal-source-draft.ts'

const asKinds = ['public-leak', 'leak', 'alert', 'provider-notice'] as const

export function PutSignalSource({ source, onShown, onClose }: PutGiven & { source?: SignalSource }) {
  const name = source === undefined ? 'signal-source' : `signal-source ${source.id}`
  const { value, set, drop } = useDraft(name, () => signalSourceDraft(source))
  const [anew, setAnew] = useState(false)
  const [isTried, setTried] = useState(false)
  const { id, body, faults } = readSignalSource(value)
  const shown: SignalSourceFaults = isTried ? faults : {}
  const change = (part: Partial<SignalSourceDraft>) => set({ ...value, ...part })
  return (
    <Decide
      title={source === undefined ? 'Let somebody send signals' : `Change the source ${source.id}`}
      wide
      confirm={source === undefined ? 'Let it send' : 'Change it'}
      operation="signalSources.put"
      parts={() => ({ params: { id }, body: { ...body, ...(anew && { anew }) } })}
      because={becauseOf(faults)}
      onTried={() => setTried(true)}
      done={source === undefined ? 'It is heard from now on.' : 'It is changed, from now on.'}
      onDone={answer => {
        drop()
        if (answer.secret !== null)
          onShown({
            title: `The secret of ${answer.id}`,
            label: 'The signing secret',
            secret: answer.secret,
            address: outsideAddress('signalSources.hook', { params: { id: answer.id } }),
            how: `Enter both where ${channelKinds[answer.kind].name} is set up: it signs its messages with the secret, and sends them to the address.`,
          })
      }}
      onClose={onClose}
    >
      {source === undefined && (
        <TextField
          label="Id"
          required
          maxLength={100}
          help="It stands in addresses and logs, and stays: github-org"
          value={value.id}
          fault={shown.id}
          onChange={id => change({ id })}
        />
      )}
      <SelectField
        label="What it is"
        help={channelKinds[value.kind].means}
        value={value.kind}
        onChange={kind => change({ kind: kind as ChannelKind })}
        options={Object.entries(channelKinds).map(([value, { name }]) => ({ value, text: name }))}
      />
      <ChannelFields draft={value} faults={shown} onChange={change} />
      <SelectField
        label="What its signals are"
        help="Where it does not say so itself."
        value={value.as}
        onChange={as => change({ as })}
        options={[
          { value: '', text: 'As it is usual for its kind' },
          ...asKinds.map(one => ({ value: one, text: `${kindWords[one].name}: ${kindWords[one].means}` })),
        ]}
      />
      <EnvironmentsField
        legend="Heard in"
        help="What it says of credentials elsewhere is told to people, and nothing more is done."
        value={value.environments}
        fault={shown.environments}
        onChange={environments => change({ environments })}
      />
      {source !== undefined && source.kind !== 'github-partner' && (
        <CheckField
          label="Make its secret anew"
          help="The one before is good for a day yet."
          value={anew}
          onChange={setAnew}
        />
      )}
      {(value.kind === 'github-partner' || (value.kind === 'siem' && !value.signed)) && (
        <p className="small">
          It has no secret of ours. It sends to{' '}
          <code className="wrap">
            {outsideAddress('signalSources.hook', { params: { id: value.id || '…' } })}
          </code>
        </p>
      )}
    </Decide>
  )
}
