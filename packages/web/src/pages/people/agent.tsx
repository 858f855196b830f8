// One agent: what it is bound to, the keys of its processes and how each joined, and how others join.

import { useState } from 'react'
import { to, withQuery } from '../../address.ts'
import type { Answer } from '../../api/ask.ts'
import { useAsk } from '../../api/use.ts'
import { Button } from '../../parts/button.tsx'
import { ButtonLink } from '../../parts/button-link.tsx'
import { Decide } from '../../parts/decide.tsx'
import { Await } from '../../parts/notice.tsx'
import { Card, Facts } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Instant, When } from '../../parts/time.tsx'
import { EndAgent, EndJoin, type Joined, JoinOnce, MakeJoin, PutAgent } from './agent-dialogs.tsx'
import { useOpen } from './part.tsx'
import { bindingKey } from './source-draft.ts'

export type Agent = Answer<'agents.get'>
type Key = Agent['keys'][number]

const needs = { right: 'administer', environment: undefined } as const

export function AgentDetail({ id }: { id: string }) {
  const asked = useAsk('agents.get', { params: { id } }, { everyMs: 10_000 })
  return (
    <div className="stack">
      <p className="small">
        <a href={to('people', 'agents')}>All agents</a>
      </p>
      <Await asked={asked}>{agent => <Whole agent={agent} />}</Await>
    </div>
  )
}

function Whole({ agent }: { agent: Agent }) {
  const { what, of, open, close } = useOpen()
  const [joined, setJoined] = useState<Joined | null>(null)
  const { id, name, bindings, keys, addedMs, endedMs } = agent
  const isEnded = endedMs !== null
  return (
    <>
      <div className="row between">
        <div>
          <h2>{name}</h2>
          <p className="soft">{id}</p>
        </div>
        <div className="row">
          <Button needs={needs} onPress={() => open('change')}>
            {isEnded ? 'Register it again' : 'Change'}
          </Button>
          {!isEnded && (
            <>
              <Button needs={needs} kind="first" onPress={() => open('join')}>
                Let a process join
              </Button>
              <Button needs={needs} onPress={() => open('end')}>
                End it
              </Button>
            </>
          )}
        </div>
      </div>
      <div className="columns">
        <Card
          title="Bound to"
          aside={bindings.length === 1 ? 'one consumer' : `${bindings.length} consumers`}
        >
          {bindings.length === 0 ? (
            <p className="soft">Nobody: it may read nothing.</p>
          ) : (
            <ul role="list" className="lines">
              {bindings.map(one => (
                <li key={bindingKey(one)}>
                  <a href={to('consumers', one.credential, one.consumer)}>{one.consumer}</a> of{' '}
                  <a href={to('credentials', one.credential)}>{one.credential}</a>
                </li>
              ))}
            </ul>
          )}
        </Card>
        <Card title="About it">
          <div className="stack">
            <Facts
              facts={[
                { name: 'Added', value: <Instant ms={addedMs} /> },
                isEnded && { name: 'Ended', value: <Instant ms={endedMs} /> },
              ]}
            />
            <p className="small">
              Is it compromised, or the host that it runs on?{' '}
              <a href={withQuery(to('kills', 'new'), { of: 'agent', agent: id })}>
                See what a kill of all that it holds would reach.
              </a>
            </p>
          </div>
        </Card>
      </div>
      <Card title="Keys of its processes">
        {keys.length === 0 ? (
          <p className="soft">
            {isEnded ? (
              'It was ended, with all of its keys.'
            ) : (
              <>
                No process has joined. Each makes a key of its own, and joins once: with a join token from
                here, or with an identity of a <a href={to('people', 'identity')}>trusted issuer</a>.
              </>
            )}
          </p>
        ) : (
          <Table
            caption="Keys"
            columns={columnsFor(key => open('end-key', key))}
            rows={keys}
            keyOf={one => one.key}
            textOf={one => `${one.key}\n${one.instance ?? ''}\n${one.how}`}
          />
        )}
      </Card>
      {what === 'change' && <PutAgent agent={agent} onClose={close} />}
      {what === 'end' && <EndAgent agent={agent} onClose={close} />}
      {what === 'join' && <MakeJoin agent={agent} onMade={setJoined} onClose={close} />}
      {what === 'end-join' && of !== null && <EndJoin agent={agent} join={of} onClose={close} />}
      {what === 'end-key' && of !== null && (
        <Decide
          title="End this key?"
          grave
          confirm="End it"
          operation="agents.endKey"
          parts={() => ({ params: { id, key: of } })}
          done="The key is good for nothing any more."
          onClose={close}
        >
          <p>
            The process that holds it is refused at once, on every control plane; its stream is closed. Other
            processes of the agent go on. What it has been given is still in its memory: rotate that.
          </p>
          <code className="wrap">{of}</code>
        </Decide>
      )}
      {joined !== null && (
        <JoinOnce
          joined={joined}
          onClose={() => setJoined(null)}
          takeBack={
            <ButtonLink href={withQuery(to('people', 'agents', id), { do: 'end-join', of: joined.id })}>
              Take it back
            </ButtonLink>
          }
        />
      )}
    </>
  )
}

const columnsFor = (end: (key: string) => void): readonly Column<Key>[] => [
  {
    id: 'instance',
    head: 'Process',
    names: true,
    sort: one => one.instance,
    cell: one => (
      <span className="stack-s">
        <span>{one.instance ?? 'not named'}</span>
        <code className="small soft wrap">{one.key}</code>
      </span>
    ),
  },
  { id: 'how', head: 'Joined with', sort: one => one.how, cell: one => one.how },
  { id: 'when', head: 'When', sort: one => one.enrolledMs, cell: one => <When ms={one.enrolledMs} /> },
  {
    id: 'do',
    head: 'Change',
    cell: one => (
      <Button
        needs={needs}
        label={`End it: the key of ${one.instance ?? one.key}`}
        onPress={() => end(one.key)}
      >
        End it
      </Button>
    ),
  },
]
