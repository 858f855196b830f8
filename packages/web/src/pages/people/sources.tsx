// Sources of observations: who else may say what consumers do.
import { Decide } from '../../parts/decide.tsx'
import { Empty } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Lasts, When } from '../../parts/time.tsx'
import { Bindings } from './bindings-field.tsx'
import { ConnectedPart, changeColumn, type Open } from './connected-part.tsx'
import { PutSource } from './source-dialog.tsx'
import { type Source, sourceKinds } from './source-draft.ts'

export function SourcesPart() {
  return (
    <ConnectedPart
      operation="sources.list"
      name="Sources"
      about="Agents tell of their own use. Of what has no agent, others tell: pipelines, telemetry, a Prometheus. Each may speak for the consumers that it is bound to, and counts as evidence."
      add="Add a source"
      empty={
        <Empty title="No source is registered.">
          <p>
            Whoever has no SDK is seen through one: a log line with the version mark, a job that posts what it
            ran with, a counter of authentication errors.
          </p>
        </Empty>
      }
      table={(items, open) => (
        <Table
          caption="Sources of observations"
          columns={columnsFor(open)}
          rows={items}
          keyOf={one => one.id}
          textOf={one => `${one.id}\n${one.kind}\n${one.bindings.map(b => b.consumer).join('\n')}`}
        />
      )}
      put={(one, given) => <PutSource key={one?.id} {...given} {...(one !== undefined && { source: one })} />}
      remove={(one, close) => (
        <Decide
          title={`Hear the source ${one.id} no longer?`}
          grave
          confirm="Hear it no longer"
          operation="sources.remove"
          parts={() => ({ params: { id: one.id } })}
          done="It is heard no longer."
          onClose={close}
        >
          <p>
            What it has said stays. From now on nobody sees its consumers through it: gates may refuse for
            lack of evidence.
          </p>
        </Decide>
      )}
    />
  )
}

const columnsFor = (open: Open): readonly Column<Source>[] => [
  {
    id: 'id',
    head: 'Id',
    names: true,
    sort: one => one.id,
    cell: one => (
      <span className="stack-s">
        <span>{one.id}</span>
        <span className="small soft">{sourceKinds[one.kind].name}</span>
      </span>
    ),
  },
  { id: 'bindings', head: 'Speaks for', cell: one => <Bindings bindings={one.bindings} /> },
  {
    id: 'heard',
    head: 'Heard last',
    sort: one => one.heardMs,
    cell: one => <When ms={one.heardMs} none="never" />,
  },
  { id: 'lag', head: 'May be late by', sort: one => one.lagMs, cell: one => <Lasts ms={one.lagMs} /> },
  {
    id: 'complete',
    head: 'Its silence',
    cell: one => (one.complete ? 'counts: it sees every use' : 'proves nothing'),
  },
  changeColumn(open, one => `the source ${one.id}`),
]
