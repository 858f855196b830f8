// A webhook: where to, of which environments, and which events.
import { useState } from 'react'
import { Decide } from '../../parts/decide.tsx'
import { useDraft } from '../../parts/draft.ts'
import { CheckField, TextField } from '../../parts/fields.tsx'
import { idFault } from '../../parts/id.ts'
import { kindsOfEvents, typeText } from '../audit/said/sentence.ts'
import type { PutGiven } from './connected-part.tsx'
import { EnvironmentsField } from './environments-field.tsx'
import { becauseOf } from './part.tsx'
import type { Webhook } from './webhooks.tsx'

export function PutWebhook({ webhook, onShown, onClose }: PutGiven & { webhook?: Webhook }) {
  const { value, set, drop } = useDraft(webhook === undefined ? 'webhook' : `webhook ${webhook.id}`, {
    id: webhook?.id ?? '',
    url: webhook?.url ?? '',
    environments: (webhook?.environments ?? ['*']) as readonly string[],
    types: (webhook?.types ?? []) as readonly string[],
  })
  const [anew, setAnew] = useState(false)
  const [isTried, setTried] = useState(false)
  const change = (part: Partial<typeof value>) => set({ ...value, ...part })
  const faults = {
    ...idFault(value.id),
    ...(!URL.canParse(value.url.trim()) && { url: 'The address, as https://hooks.example.com/rekey.' }),
    ...(value.environments.length === 0 && { environments: 'Say of which environments.' }),
  }
  const shown: Partial<Record<'id' | 'url' | 'environments', string>> = isTried ? faults : {}
  return (
    <Decide
      title={webhook === undefined ? 'Add a webhook' : `Change the webhook ${webhook.id}`}
      wide
      confirm={webhook === undefined ? 'Add it' : 'Change it'}
      operation="webhooks.put"
      parts={() => ({
        params: { id: value.id },
        body: {
          url: value.url.trim(),
          environments: [...value.environments],
          types: [...value.types],
          ...(anew && { anew }),
        },
      })}
      because={becauseOf(faults)}
      onTried={() => setTried(true)}
      done={
        webhook === undefined
          ? 'Events are sent there from now on.'
          : 'It is changed. What it missed is tried at once.'
      }
      onDone={({ id, secret }) => {
        drop()
        if (secret !== null)
          onShown({
            title: `The secret of ${id}`,
            label: 'The signing secret',
            secret,
            how: 'Whoever takes the events checks each with it, as Standard Webhooks have it, and believes nothing else.',
          })
      }}
      onClose={onClose}
    >
      {webhook === undefined && (
        <TextField
          label="Id"
          required
          maxLength={100}
          help="It stands in addresses and logs, and stays: pager"
          value={value.id}
          fault={shown.id}
          onChange={id => change({ id })}
        />
      )}
      <TextField
        label="Address"
        required
        type="url"
        maxLength={2_000}
        help="Not in a private network, unless whoever runs Rekey allows it."
        value={value.url}
        fault={shown.url}
        onChange={url => change({ url })}
      />
      <EnvironmentsField
        legend="Events of"
        help="What belongs to no environment is sent only where it is all of them."
        value={value.environments}
        fault={shown.environments}
        onChange={environments => change({ environments })}
      />
      <Types value={value.types} onChange={types => change({ types })} />
      {webhook !== undefined && (
        <CheckField
          label="Make its secret anew"
          help="The one before is good for a day yet."
          value={anew}
          onChange={setAnew}
        />
      )}
    </Decide>
  )
}

function Types({
  value,
  onChange,
}: {
  value: readonly string[]
  onChange: (types: readonly string[]) => void
}) {
  const known = kindsOfEvents.flatMap(one => one.types)
  const others = value.filter(one => !known.includes(one))
  const set = (type: string, isOn: boolean) =>
    onChange(isOn ? [...value, type] : value.filter(one => one !== type))
  return (
    <fieldset>
      <legend>Which events</legend>
      <p className="small soft" role="status">
        {value.length === 0
          ? 'None is ticked: all are sent.'
          : `${value.length} kinds are sent, and no others.`}
      </p>
      {kindsOfEvents.map(({ name, types }) => {
        const count = types.filter(one => value.includes(one)).length
        return (
          <details key={name} open={count > 0}>
            <summary>
              {name} {count > 0 && <span className="soft">({count})</span>}
            </summary>
            <div className="type-ticks">
              {types.map(type => (
                <CheckField
                  key={type}
                  label={typeText(type)}
                  value={value.includes(type)}
                  onChange={isOn => set(type, isOn)}
                />
              ))}
            </div>
          </details>
        )
      })}
      {others.map(type => (
        <CheckField key={type} label={type} value onChange={isOn => set(type, isOn)} />
      ))}
    </fieldset>
  )
}
