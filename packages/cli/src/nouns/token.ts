// rekey token: API tokens. Each may do what its person may do, or less.
import { rights } from '../choices.ts'
import { length, many, manyOf, needed, word } from '../kinds.ts'
import { line } from '../show/blocks.ts'
import { quiet } from '../show/words.ts'
import type { Verb } from '../verb.ts'
import { view } from '../view.ts'
import { list as listed } from '../views/list.ts'
import { none } from '../views/states.ts'
import { pending, write, yes } from '../write.ts'

const list = view({
  name: 'list',
  summary: 'list API tokens: your own, or all for an admin',
  read: call => call.ask('tokens.list'),
  blocks({ items }, call) {
    const times = call.times()
    return listed({
      items,
      one: 'token',
      columns: [
        { title: 'token', cell: one => one.id },
        { title: 'name', cell: one => one.name, least: 12 },
        { title: 'person', cell: one => one.person },
        { title: 'rights', cell: one => one.rights.join(', '), drop: 1, least: 10 },
        { title: 'in', cell: one => one.environments.join(', '), drop: 2, least: 6 },
        {
          title: 'expires',
          cell: one => (one.expiresMs === null ? none : times.near(one.expiresMs)),
          drop: 3,
        },
        { title: 'last used', cell: one => (one.lastMs === null ? none : times.near(one.lastMs)), drop: 4 },
      ],
    })
  },
})

const make = write({
  name: 'make',
  summary: 'make an API token; it is shown this once, alone on standard output',
  options: {
    name: needed(word('text', 'what it is for')),
    right: manyOf(rights, 'what it may do', 'right'),
    environment: many('name', 'where; * is everywhere', { usual: '*' }),
    life: length('how long it is good'),
  },
  examples: ['token make --name ci --right read --environment prod --life 90d > token.txt'],
  request(call) {
    const { environment, life, name, right } = call.options
    return pending('tokens.make', {
      body: {
        name,
        rights: right.length === 0 ? ['read'] : right,
        environments: environment.length === 0 ? ['*'] : environment,
        lifeMs: life,
      },
    })
  },
  blocks: answer => [line(answer.token)],
  async after({ expiresMs, id, rights }, call) {
    const until = expiresMs === null ? 'It has no end' : `It is good until ${call.times().both(expiresMs)}`
    if (!call.options.json) call.tell(quiet(`${until}, may ${rights.join(', ')}, and is revoked as ${id}.`))
    return 0
  },
})

const revoke = write({
  name: 'revoke',
  summary: 'revoke an API token',
  args: { token: needed(word('id', 'the token', { ids: 'token' })) },
  options: yes,
  request: call => pending('tokens.revoke', { params: { id: call.args.token } }),
  confirm: call => call.confirm(`Revoke the token ${call.args.token}?`, call.options.yes),
  blocks: () => [line('It is good for nothing any more.')],
})

export const verbs: readonly Verb[] = [list, make, revoke]
