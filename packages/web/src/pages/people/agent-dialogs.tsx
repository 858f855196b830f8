// Registering an agent, letting its processes join, ending it.
import type { ReactNode } from 'react'
import { useState } from 'react'
import { go, to } from '../../address.ts'
import { Decide } from '../../parts/decide.tsx'
import { useDraft } from '../../parts/draft.ts'
import { SelectField, TextField } from '../../parts/fields.tsx'
import { idFault } from '../../parts/id.ts'
import { ShownOnce } from '../../parts/shown-once.tsx'
import { When } from '../../parts/time.tsx'
import type { Agent } from './agent.tsx'
import { BindingsField } from './bindings-field.tsx'
import { becauseOf } from './part.tsx'
import { lifeOf, lives } from './token-life.ts'

export function PutAgent({ agent, onClose }: { agent?: Agent; onClose: () => void }) {
  const { value, set, drop } = useDraft(agent === undefined ? 'agent' : `agent ${agent.id}`, {
    id: agent?.id ?? '',
    name: agent?.name ?? '',
    bindings: agent?.bindings ?? [],
  })
  const [isTried, setTried] = useState(false)
  const change = (part: Partial<typeof value>) => set({ ...value, ...part })
  const faults = {
    ...idFault(value.id),
    ...(value.name.trim() === '' && { name: 'Give it a name.' }),
  }
  const shown: Partial<Record<'id' | 'name', string>> = isTried ? faults : {}
  return (
    <Decide
      title={agent === undefined ? 'Register an agent' : `Change ${agent.name}`}
      wide
      confirm={agent === undefined ? 'Register it' : 'Change it'}
      operation="agents.put"
      parts={() => ({
        params: { id: value.id },
        body: { name: value.name.trim(), bindings: [...value.bindings] },
      })}
      because={becauseOf(faults)}
      onTried={() => setTried(true)}
      done={
        agent === undefined ? 'It is registered. Let its processes join now.' : 'It is changed, from now on.'
      }
      onDone={({ id }) => {
        drop()
        if (agent === undefined) go(to('people', 'agents', id))
      }}
      onClose={onClose}
    >
      <TextField
        label="Name"
        required
        maxLength={200}
        placeholder="Web servers of the shop"
        value={value.name}
        fault={shown.name}
        onChange={name => change({ name })}
      />
      {agent === undefined && (
        <TextField
          label="Id"
          required
          maxLength={100}
          help="It stands in addresses and logs, and stays: shop-web"
          value={value.id}
          fault={shown.id}
          onChange={id => change({ id })}
        />
      )}
      <BindingsField
        legend="Bound to"
        help="It reads what these consumers are assigned, and speaks for them. It takes the right to administer in their environments."
        value={value.bindings}
        onChange={bindings => change({ bindings: [...bindings] })}
      />
    </Decide>
  )
}

export const EndAgent = ({ agent, onClose }: { agent: Agent; onClose: () => void }) => (
  <Decide
    title={`End the agent “${agent.name}”?`}
    grave
    confirm="End it"
    operation="agents.end"
    parts={() => ({ params: { id: agent.id } })}
    done="The agent is ended, with all of its keys and join tokens."
    onClose={onClose}
  >
    <p>
      Its {agent.keys.length === 1 ? 'key' : `${agent.keys.length} keys`} and join tokens are good for nothing
      at once; its streams are closed. Values that it was given are still in the memory of its processes: that
      is what a rotation is for.
    </p>
  </Decide>
)

export interface Joined {
  id: string
  join: string
  expiresMs: number
  uses: string
}

interface JoinParts {
  agent: Agent
  onMade: (joined: Joined) => void
  onClose: () => void
}

export function MakeJoin({ agent, onMade, onClose }: JoinParts) {
  const { value, set, drop } = useDraft(`join ${agent.id}`, { uses: 'once', life: '1h' })
  return (
    <Decide
      title={`Let a process of ${agent.name} join`}
      confirm="Make a join token"
      operation="agents.join"
      parts={() => ({
        params: { id: agent.id },
        body: {
          uses: value.uses as 'once' | 'many',
          lifeMs: lifeOf(lives.join, value.life) ?? 3_600_000,
        },
      })}
      done="The join token is made. It is shown this once."
      onDone={({ id, join, expiresMs }) => {
        drop()
        onMade({ id, join, expiresMs, uses: value.uses })
      }}
      onClose={onClose}
    >
      <p>Whoever presents it enrols a key of their own, and is this agent from then on.</p>
      <SelectField
        label="Good for"
        value={value.uses}
        onChange={uses => set({ ...value, uses })}
        options={[
          { value: 'once', text: 'One process: spent by the first' },
          { value: 'many', text: 'Many processes, until it ends' },
        ]}
      />
      <SelectField
        label="It ends after"
        help="As short as it takes to start the process."
        value={value.life}
        onChange={life => set({ ...value, life })}
        options={lives.join}
      />
    </Decide>
  )
}

interface OnceParts {
  joined: Joined
  takeBack: ReactNode
  onClose: () => void
}

export const JoinOnce = ({ joined, takeBack, onClose }: OnceParts) => (
  <ShownOnce title="A join token" label="The join token" secret={joined.join} onClose={onClose}>
    <p>
      It is good {joined.uses === 'many' ? 'for many processes' : 'once'}, and ends{' '}
      <When ms={joined.expiresMs} />. The SDK and <code>rekey run</code> read it from the file named in{' '}
      <code>REKEY_JOIN_FILE</code>, or from <code>REKEY_JOIN</code>.
    </p>
    <p className="row small">It went to the wrong place? {takeBack}</p>
  </ShownOnce>
)

export const EndJoin = ({ agent, join, onClose }: { agent: Agent; join: string; onClose: () => void }) => (
  <Decide
    title="Take this join token back?"
    confirm="Take it back"
    operation="agents.endJoin"
    parts={() => ({ params: { id: agent.id, join } })}
    done="Nobody joins with it any more."
    onClose={onClose}
  >
    <p>
      The join token {join} is good for nothing then. Processes that have joined with it already have keys of
      their own, and stay.
    </p>
  </Decide>
)
