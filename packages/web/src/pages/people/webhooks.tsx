// Webhooks: where events are sent to, how far each of them is, and what stands in the way.
import { useState } from 'react'
import type { Answer } from '../../api/ask.ts'
import { useAsk } from '../../api/use.ts'
import { Button } from '../../parts/button.tsx'
import { Decide } from '../../parts/decide.tsx'
import { Mark } from '../../parts/mark.tsx'
import { Await } from '../../parts/notice.tsx'
import { Empty } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { When } from '../../parts/time.tsx'
import { typeText } from '../audit/said/sentence.ts'
import { PartOf, useOpen } from './part.tsx'
import { SecretOf, type Shown } from './secret-of.tsx'
import { placesText } from './tokens.tsx'
import { PutWebhook } from './webhook-dialog.tsx'

export type Webhook = Answer<'webhooks.list'>['items'][number]

const needs = { right: 'administer', environment: undefined } as const

export function WebhooksPart() {
  const asked = useAsk('webhooks.list', {}, { everyMs: 15_000 })
  const { what, of, open, close } = useOpen()
  const [shown, setShown] = useState<Shown | null>(null)
  return (
    <PartOf
      name="Webhooks"
      changes="somewhere"
      about="Events, sent to an address of yours as they happen: in order, signed, each until it is taken."
      action={
        <Button needs={needs} kind="first" onPress={() => open('add')}>
          Add a webhook
        </Button>
      }
    >
      <Await asked={asked}>
        {({ items }) => {
          const chosen = items.find(one => one.id === of)
          return (
            <>
              {items.length === 0 ? (
                <Empty title="Events are sent to nobody.">
                  <p>
                    A pager wants to hear of <code>signalPaged</code>, <code>rotationStuck</code> and{' '}
                    <code>windowOverdue</code>; a chat perhaps of every rotation; a SIEM of everything.
                  </p>
                </Empty>
              ) : (
                <Table
                  caption="Webhooks"
                  columns={columnsFor(open)}
                  rows={items}
                  keyOf={one => one.id}
                  textOf={one => `${one.id}\n${one.url}`}
                />
              )}
              {what === 'change' && chosen !== undefined && (
                <PutWebhook key={chosen.id} webhook={chosen} onShown={setShown} onClose={close} />
              )}
              {what === 'remove' && chosen !== undefined && (
                <Decide
                  title={`Send no more to ${chosen.id}?`}
                  grave
                  confirm="Send no more"
                  operation="webhooks.remove"
                  parts={() => ({ params: { id: chosen.id } })}
                  done="Nothing is sent there any more."
                  onClose={close}
                >
                  <p>Events that it has not taken are not sent. Its secret does not come back with its id.</p>
                </Decide>
              )}
            </>
          )
        }}
      </Await>
      {what === 'add' && <PutWebhook onShown={setShown} onClose={close} />}
      {shown !== null && <SecretOf {...shown} onClose={() => setShown(null)} />}
    </PartOf>
  )
}

const columnsFor = (open: (what: string, of: string) => void): readonly Column<Webhook>[] => [
  {
    id: 'id',
    head: 'Id',
    names: true,
    sort: one => one.id,
    cell: one => (
      <span className="stack-s">
        <span>{one.id}</span>
        <span className="small soft wrap">{one.url}</span>
      </span>
    ),
  },
  { id: 'environments', head: 'Of', cell: one => placesText(one.environments) },
  {
    id: 'types',
    head: 'Events',
    cell: one =>
      one.types.length === 0
        ? 'all'
        : one.types.length <= 3
          ? one.types.map(typeText).join(', ')
          : `${one.types.length} kinds`,
  },
  { id: 'state', head: 'State', cell: one => <State webhook={one} /> },
  {
    id: 'do',
    head: 'Change',
    cell: one => (
      <span className="row actions">
        <Button needs={needs} label={`Change the webhook ${one.id}`} onPress={() => open('change', one.id)}>
          {one.off === null ? 'Change' : 'Switch on'}
        </Button>
        <Button needs={needs} label={`Remove the webhook ${one.id}`} onPress={() => open('remove', one.id)}>
          Remove
        </Button>
      </span>
    ),
  },
]

function State({ webhook: { off, failing, position } }: { webhook: Webhook }) {
  if (off !== null)
    return (
      <span className="stack-s">
        <Mark tone="bad">off</Mark>
        <span className="small">{off}</span>
      </span>
    )
  if (failing === null)
    return <span className="small">taken up to event {position.toLocaleString('en-GB')}</span>
  return (
    <span className="stack-s">
      <Mark tone="warn">failing</Mark>
      <span className="small">
        {failing.why} Since <When ms={failing.sinceMs} />, {failing.attempts} tries; next{' '}
        <When ms={failing.nextMs} />.
      </span>
    </span>
  )
}
