// Agents: what runs, as itself. The list, and one of them.

import { to, useAddress } from '../../address.ts'
import { useAllPages } from '../../api/all-pages.ts'
import type { Answer } from '../../api/ask.ts'
import { Button } from '../../parts/button.tsx'
import { Mark } from '../../parts/mark.tsx'
import { Await } from '../../parts/notice.tsx'
import { Empty } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Day } from '../../parts/time.tsx'
import { AgentDetail } from './agent.tsx'
import { PutAgent } from './agent-dialogs.tsx'
import { Bindings } from './bindings-field.tsx'
import { PartOf, useOpen } from './part.tsx'

type Agent = Answer<'agents.list'>['items'][number]

export function AgentsPart() {
  const [, , id] = useAddress().parts
  return id === undefined ? <List /> : <AgentDetail key={id} id={id} />
}

/** Which environments it takes is said by what it is bound to. */
const needs = { right: 'administer', environment: undefined } as const

function List() {
  const asked = useAllPages('agents.list')
  const { what, open, close } = useOpen()
  return (
    <PartOf
      name="Agents"
      changes="somewhere"
      about="Whatever runs and asks for values as itself: it reads what the consumers that it is bound to are assigned, speaks for them, and nothing else."
      action={
        <Button needs={needs} kind="first" onPress={() => open('add')}>
          Register an agent
        </Button>
      }
    >
      <Await asked={asked}>
        {({ items, next }) => (
          <>
            {items.length === 0 ? (
              <Empty title="No agent is registered.">
                <p>
                  Register one and bind it to the consumers that it runs. Then its processes join, each with a
                  key of its own: with a join token, or with an identity that your cluster vouches for.
                </p>
                <p>
                  <a href="docs">How an agent asks</a>, with the SDK or with <code>rekey run</code>.
                </p>
              </Empty>
            ) : (
              <Table
                caption="Agents"
                columns={columns}
                rows={items}
                keyOf={one => one.id}
                textOf={one =>
                  `${one.id}\n${one.name}\n${one.bindings.map(b => `${b.consumer} ${b.credential}`).join('\n')}`
                }
              />
            )}
            {next !== null && <p className="soft">More are being read …</p>}
          </>
        )}
      </Await>
      {what === 'add' && <PutAgent onClose={close} />}
    </PartOf>
  )
}

const columns: readonly Column<Agent>[] = [
  {
    id: 'name',
    head: 'Name',
    names: true,
    sort: one => one.name.toLowerCase(),
    cell: one => (
      <span className="stack-s">
        <span>
          <a href={to('people', 'agents', one.id)}>{one.name}</a> {one.endedMs !== null && <Mark>ended</Mark>}
        </span>
        <span className="small soft">{one.id}</span>
      </span>
    ),
  },
  { id: 'bindings', head: 'Bound to', cell: one => <Bindings bindings={one.bindings} /> },
  {
    id: 'keys',
    head: 'Keys',
    number: true,
    sort: one => one.keys.length,
    cell: one => (one.keys.length === 0 && one.endedMs === null ? 'none has joined' : one.keys.length),
  },
  { id: 'added', head: 'Added', sort: one => one.addedMs, cell: one => <Day ms={one.addedMs} /> },
]
