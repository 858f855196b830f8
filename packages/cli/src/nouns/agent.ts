// rekey agent: what agents are bound to, and how they join.

import { rebound } from '../binding.ts'
import type { Talk } from '../call.ts'
import { flag, length, many, needed, word } from '../kinds.ts'
import { paged, paging } from '../pages.ts'
import type { Answer } from '../plane/operations.ts'
import { ProblemFailure } from '../plane/problem.ts'
import { line } from '../show/blocks.ts'
import { quiet } from '../show/words.ts'
import type { Verb } from '../verb.ts'
import { view } from '../view.ts'
import { agentBlocks, agentsBlocks } from '../views/agent.ts'
import { pending, write, yes } from '../write.ts'

const agentId = { agent: needed(word('id', 'the agent', { ids: 'agent' })) }

const list = view({
  name: 'list',
  summary: 'list agents',
  options: paging,
  read: call => paged(call.options, query => call.ask('agents.list', { query })),
  blocks: (answer, call) => agentsBlocks(answer, call.times()),
})

const show = view({
  name: 'show',
  summary: 'look at an agent: what it is bound to, and its keys',
  args: agentId,
  read: call => call.ask('agents.get', { params: { id: call.args.agent } }),
  blocks: (answer, call) => agentBlocks(answer, call.times()),
  hint: ({ endedMs, id, keys }) => (endedMs === null && keys.length === 0 ? `agent join ${id}` : null),
})

const set = write({
  name: 'set',
  summary: 'register an agent, or change what it is bound to',
  text: 'What is not named stays as it is.',
  args: agentId,
  options: {
    name: word('text', 'what people call it'),
    bind: many('credential:consumer', 'a consumer that it is'),
    unbind: many('credential:consumer', 'a consumer that it is no more'),
  },
  examples: ['agent set summariser --name Summariser --bind documents:summariser'],
  async request(call) {
    const { agent: id } = call.args
    const { bind, name, unbind } = call.options
    const before = await known(call, id)
    const bindings = rebound(before?.bindings ?? [], bind, unbind)
    return pending('agents.put', { params: { id }, body: { name: name ?? before?.name ?? id, bindings } })
  },
  blocks: (answer, call) => agentBlocks(answer, call.times()),
  hint: ({ id, keys }) => (keys.length === 0 ? `agent join ${id}` : null),
})

/** null: there is none yet. */
async function known(call: Talk, id: string): Promise<Answer<'agents.get'> | null> {
  try {
    return await call.ask('agents.get', { params: { id } })
  } catch (error) {
    if (error instanceof ProblemFailure && error.status === 404) return null
    throw error
  }
}

const end = write({
  name: 'end',
  summary: 'end an agent: its keys and tokens stop being good',
  args: agentId,
  options: yes,
  request: call => pending('agents.end', { params: { id: call.args.agent } }),
  confirm: call => call.confirm(`End the agent ${call.args.agent}?`, call.options.yes),
  blocks: (answer, call) => agentBlocks(answer, call.times()),
})

const endKey = write({
  name: 'end-key',
  summary: 'end one key of an agent',
  args: { ...agentId, key: needed(word('id', 'the key')) },
  options: yes,
  request: call => pending('agents.endKey', { params: { id: call.args.agent, key: call.args.key } }),
  confirm: call => call.confirm(`End this key of ${call.args.agent}?`, call.options.yes),
  blocks: (answer, call) => agentBlocks(answer, call.times()),
})

const join = write({
  name: 'join',
  summary: 'make a join token: whoever presents it enrols a key of their own',
  text: 'The token is shown this once, alone on standard output, so that it can go to a file.',
  args: agentId,
  options: {
    many: flag('good until it expires; otherwise it is spent by the first'),
    life: length('how long it is good', '1h'),
  },
  examples: ['agent join summariser > join.txt', 'agent join web --many --life 30d > join.txt'],
  request(call) {
    const { life, many } = call.options
    return pending('agents.join', {
      params: { id: call.args.agent },
      body: { uses: many ? 'many' : 'once', lifeMs: life },
    })
  },
  blocks: answer => [line(answer.join)],
  async after({ expiresMs, id }, call) {
    if (!call.options.json)
      call.tell(
        quiet(
          `It is shown this once, and is good until ${call.times().both(expiresMs)}; it is taken back as ${id}.`,
        ),
      )
    return 0
  },
})

const endJoin = write({
  name: 'end-join',
  summary: 'take a join token back',
  args: { ...agentId, join: needed(word('id', 'as it was named when it was made')) },
  request: call => pending('agents.endJoin', { params: { id: call.args.agent, join: call.args.join } }),
  blocks: () => [line('It is taken back.')],
})

export const verbs: readonly Verb[] = [list, show, set, end, endKey, join, endJoin]
