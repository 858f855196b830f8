// Webhooks: where events are sent to, how far each of them is, and what stands in the way.
import type { Answer } from '../../api/ask.ts'
import { Decide } from '../../parts/decide.tsx'
import { Mark } from '../../parts/mark.tsx'
import { Empty } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { When } from '../../parts/time.tsx'
import { typeText } from '../audit/said/sentence.ts'
import { ConnectedPart, changeColumn, type Open } from './connected-part.tsx'
import { placesText } from './tokens.tsx'
import { PutWebhook } from './webhook-dialog.tsx'

export type Webhook = Answer<'webhooks.list'>['items'][number]

export function WebhooksPart() {
  return (
    <ConnectedPart
      operation="webhooks.list"
      name="Webhooks"
      about="Events, sent to an address of yours as they happen: in order, signed, each until it is taken."
      add="Add a webhook"
      empty={
        <Empty title="Events are sent to nobody.">
          <p>
            A pager wants to hear of <code>signalPaged</code>, <code>rotationStuck</code> and{' '}
            <code>windowOverdue</code>; a chat perhaps of every rotation; a SIEM of everything.
          </p>
        </Empty>
      }
      table={(items, open) => (
        <Table
          caption="Webhooks"
          columns={columnsFor(open)}
          rows={items}
          keyOf={one => one.id}
          textOf={one => `${one.id}\n${one.url}`}
        />
      )}
      put={(one, given) => (
        <PutWebhook key={one?.id} {...given} {...(one !== undefined && { webhook: one })} />
      )}
      remove={(one, close) => (
        <Decide
          title={`Send no more to ${one.id}?`}
          grave
          confirm="Send no more"
          operation="webhooks.remove"
          parts={() => ({ params: { id: one.id } })}
          done="Nothing is sent there any more."
          onClose={close}
        >
          <p>Events that it has not taken are not sent. Its secret does not come back with its id.</p>
        </Decide>
      )}
    />
  )
}

const columnsFor = (open: Open): readonly Column<Webhook>[] => [
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
  changeColumn(
    open,
    one => `the webhook ${one.id}`,
    one => (one.off === null ? 'Change' : 'Switch on'),
  ),
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
