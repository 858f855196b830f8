// Who may send signals: each registered, for environments, and proving itself in the way of its kind.
import { to } from '../../address.ts'
import { Decide } from '../../parts/decide.tsx'
import { Mark } from '../../parts/mark.tsx'
import { Empty } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { When } from '../../parts/time.tsx'
import { ConnectedPart, changeColumn, type Open } from './connected-part.tsx'
import { PutSignalSource } from './signal-source-dialog.tsx'
import { channelKinds, type SignalSource } from './signal-source-draft.ts'
import { placesText } from './tokens.tsx'

export function SignalSourcesPart() {
  return (
    <ConnectedPart
      operation="signalSources.list"
      name="Signal sources"
      about={
        <>
          Scanners, alerts and products that say when something is wrong with a credential. What is done then
          is said by the <a href={to('people', 'signal-policy')}>signal policy</a>.
        </>
      }
      add="Add a source"
      empty={
        <Empty title="Nobody may send signals.">
          <p>
            Then a leak is known here only when a person says so. Begin with whoever looks for your values
            where they should not be: secret scanning of GitHub, or a scanner of your own.
          </p>
        </Empty>
      }
      table={(items, open) => (
        <Table
          caption="Sources of signals"
          columns={columnsFor(open)}
          rows={items}
          keyOf={one => one.id}
          textOf={one => `${one.id}\n${channelKinds[one.kind].name}`}
        />
      )}
      put={(one, given) => (
        <PutSignalSource key={one?.id} {...given} {...(one !== undefined && { source: one })} />
      )}
      remove={(one, close) => (
        <Decide
          title={`Hear ${one.id} no longer?`}
          grave
          confirm="Hear it no longer"
          operation="signalSources.remove"
          parts={() => ({ params: { id: one.id } })}
          done="It is heard no longer."
          onClose={close}
        >
          <p>
            What it has said stays. What it sends from now on is answered like a bad signature, and nothing is
            done about it.
          </p>
        </Decide>
      )}
    />
  )
}

const columnsFor = (open: Open): readonly Column<SignalSource>[] => [
  {
    id: 'id',
    head: 'Id',
    names: true,
    sort: one => one.id,
    cell: one => (
      <span className="stack-s">
        <span>{one.id}</span>
        <span className="small soft">{channelKinds[one.kind].name}</span>
      </span>
    ),
  },
  { id: 'environments', head: 'Heard in', cell: one => placesText(one.environments) },
  {
    id: 'proof',
    head: 'Proves itself',
    cell: one =>
      one.siem?.signed === false ? <Mark tone="warn">not at all: never kills</Mark> : 'by a signature',
  },
  {
    id: 'heard',
    head: 'Heard last',
    sort: one => one.heardMs,
    cell: one => <When ms={one.heardMs} none="never" />,
  },
  changeColumn(open, one => `the source ${one.id}`),
]
