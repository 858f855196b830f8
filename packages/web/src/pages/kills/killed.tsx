// One killed version: its steps, who held it, and how its consumers fare.
import { to } from '../../address.ts'
import { Button } from '../../parts/button.tsx'
import { Mark } from '../../parts/mark.tsx'
import { Facts } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Instant, Lasts, When } from '../../parts/time.tsx'
import type { Silent } from './dismiss.tsx'
import { type Holder, inOrder, isHalted, type Killed } from './standing.ts'
import { Steps } from './steps.tsx'

interface KilledParts {
  killed: Killed
  kill: string
  onDismiss: (silent: Silent) => void
}

export function KilledView({ killed, onDismiss }: KilledParts) {
  const { credential, version, environment, epoch, rotation, steps, holders, consumers } = killed
  return (
    <section className="stack" aria-labelledby="killed">
      <h2 id="killed">
        Version {version} of <a href={to('credentials', credential)}>{credential}</a>
      </h2>
      <Steps steps={steps} />
      <Facts
        facts={[
          {
            name: 'The target refused it after',
            value: <Lasts ms={killed.providerRefusedAfterMs} none="it has not been seen to refuse it" />,
          },
          {
            name: 'Last use after the order',
            value: (
              <Lasts ms={killed.lastUseAfterKillMs} none="none was seen. What nobody reports is not seen" />
            ),
          },
          { name: 'Environment', value: environment },
          { name: 'Epoch of the order', value: epoch },
          {
            name: 'Its replacement',
            value:
              rotation === null ? (
                <span className="soft">no rotation was opened</span>
              ) : (
                <a href={to('rotations', rotation)}>The rotation that replaces it</a>
              ),
          },
        ]}
      />
      <h3>Holders</h3>
      <Holders killed={killed} holders={holders} onDismiss={onDismiss} />
      <h3>Consumers</h3>
      {consumers.length === 0 ? (
        <p className="soft">No consumer is registered.</p>
      ) : (
        <Table
          caption="Consumers"
          columns={consumerColumns}
          rows={consumers}
          keyOf={one => one.consumer}
          {...(consumers.length > 20 && { textOf: (one: Consumer) => one.consumer })}
        />
      )}
    </section>
  )
}

interface HoldersParts {
  killed: Killed
  holders: readonly Holder[]
  onDismiss: (silent: Silent) => void
}

function Holders({ killed, holders, onDismiss }: HoldersParts) {
  const { credential, environment } = killed
  if (holders.length === 0 && !isHalted(killed)) {
    return <p className="soft">Who may hold it is being written down while they are told.</p>
  }
  if (holders.length === 0) {
    return (
      <p className="soft">
        Nobody is known to hold it: no process had a stream open, and none has reported it in the last two
        days. Whoever else holds it stops when the target refuses.
      </p>
    )
  }
  const columns: readonly Column<Holder>[] = [
    { id: 'instance', head: 'Process', names: true, sort: one => one.instance, cell: one => one.instance },
    { id: 'consumer', head: 'Consumer', sort: one => one.consumer, cell: one => one.consumer },
    {
      id: 'state',
      head: 'State',
      sort: one => one.state,
      cell: one => <Mark tone={one.state === 'confirmed' ? 'good' : 'bad'}>{one.state}</Mark>,
    },
    { id: 'how', head: 'How', cell: one => one.how },
    {
      id: 'after',
      head: 'After',
      number: true,
      sort: one => one.afterMs,
      cell: one => <Lasts ms={one.afterMs} />,
    },
    {
      id: 'held',
      head: 'Held it',
      cell: ({ held }) => (held === null ? <span className="soft">not said</span> : held ? 'yes' : 'no'),
    },
    {
      id: 'connected',
      head: 'Connected',
      cell: one => (one.connected ? 'when the order went out' : <span className="soft">it was not</span>),
    },
    {
      id: 'dismiss',
      head: 'Or',
      cell: ({ state, consumer, instance }) =>
        state === 'unconfirmed' && (
          <Button
            needs={{ right: 'decide', environment }}
            label={`Answer for it: ${instance}`}
            onPress={() => onDismiss({ credential, consumer, instance })}
          >
            Answer for it
          </Button>
        ),
    },
  ]
  return (
    <Table
      caption="Who held it, the unconfirmed first"
      columns={columns}
      rows={inOrder(holders)}
      keyOf={one => `${one.consumer} ${one.instance}`}
      {...(holders.length > 20 && { textOf: (one: Holder) => `${one.instance} ${one.consumer} ${one.how}` })}
    />
  )
}

type Consumer = Killed['consumers'][number]

const consumerWords: Record<Consumer['state'], string> = {
  confirmed: 'confirmed',
  unconfirmed: 'unconfirmed',
  'nobody-known': 'no holder known',
}

const consumerColumns: readonly Column<Consumer>[] = [
  { id: 'consumer', head: 'Consumer', names: true, sort: one => one.consumer, cell: one => one.consumer },
  {
    id: 'state',
    head: 'Stopped',
    sort: one => one.state,
    cell: ({ state, contradictedMs }) =>
      contradictedMs !== null ? (
        <span className="stack-s">
          <Mark tone="bad">contradicted</Mark>
          <span className="small">
            It confirmed, and worked with the version after that, at <Instant ms={contradictedMs} />. Its word
            is not to be believed: stop it.
          </span>
        </span>
      ) : (
        <Mark tone={state === 'confirmed' ? 'good' : state === 'unconfirmed' ? 'bad' : 'plain'}>
          {consumerWords[state]}
        </Mark>
      ),
  },
  {
    id: 'last',
    head: 'Last use of the dead version',
    sort: one => one.lastUseMs,
    cell: one => <When ms={one.lastUseMs} none="none was seen" />,
  },
  {
    id: 'resumed',
    head: 'Works again since',
    sort: one => one.resumedMs,
    cell: one => <When ms={one.resumedMs} none="not seen yet" />,
  },
  {
    id: 'new',
    head: 'With',
    cell: one => (one.newVersion === null ? <span className="soft">nothing yet</span> : `v${one.newVersion}`),
  },
]
