// rekey person: people and their roles.
import { roles as roleNames } from '../choices.ts'
import { usage } from '../exit.ts'
import { flag, many, needed, word } from '../kinds.ts'
import { paged, paging } from '../pages.ts'
import type { Answer } from '../plane/operations.ts'
import { type Block, fields, line } from '../show/blocks.ts'
import { quiet } from '../show/words.ts'
import type { Verb } from '../verb.ts'
import { view } from '../view.ts'
import { peopleBlocks, rolesText } from '../views/person.ts'
import { pending, write, yes } from '../write.ts'

const personId = { person: needed(word('id', 'the person', { ids: 'person' })) }
const role = many('environment=role', `viewer, operator, approver or admin; * is everywhere`)

const list = view({
  name: 'list',
  summary: 'list people',
  options: paging,
  read: call => paged(call.options, query => call.ask('people.list', { query })),
  blocks: (answer, call) => peopleBlocks(answer, call.times()),
})

type Role = (typeof roleNames)[number]

function rolesOf(given: readonly string[]): Record<string, Role> {
  const pairs = given.map((text): [string, Role] => {
    const [environment = '', named = ''] = text.split('=', 2)
    const role = roleNames.find(one => one === named)
    if (environment !== '' && role !== undefined) return [environment, role]
    throw usage(
      `--role: "${text}" is no role.`,
      `Give it as prod=operator, or *=admin: ${roleNames.join(', ')}.`,
    )
  })
  return Object.fromEntries(pairs)
}

const add = write({
  name: 'add',
  summary: 'add a person',
  text: 'With a first password, which is asked for or read as a line of standard input, or with\nthe subject that a sign-on provider knows them by.',
  args: { person: needed(word('id', 'their id')) },
  options: {
    name: word('text', 'their name'),
    role,
    signOn: word('provider:subject', 'who vouches for them'),
    password: flag('a first password: it is asked for'),
  },
  examples: ['person add bob --name "Bob" --role dev=operator --role prod=viewer --password'],
  async request(call) {
    const { name, password, role, signOn } = call.options
    const { person: id } = call.args
    if (role.length === 0) throw usage('It is not said what they may do.', 'Give --role, as prod=viewer.')
    if (!password && signOn === undefined)
      throw usage('They could not sign in.', 'Give --password or --sign-on.')
    const [, provider, subject] = /^([^:]+):(.+)$/.exec(signOn ?? '') ?? []
    if (signOn !== undefined && subject === undefined)
      throw usage(`--sign-on: "${signOn}" names nobody.`, 'Give provider:subject.')
    return pending(
      'people.add',
      {
        body: {
          id,
          name: name ?? id,
          roles: rolesOf(role),
          ...(password && { password: await call.askSecret('First password') }),
          ...(subject !== undefined && { signOn: { provider: provider!, subject } }),
        },
      },
      { secret: ['password'] },
    )
  },
  blocks: answer => personBlocks(answer),
})

function personBlocks({ endedMs, id, name, roles }: Answer<'people.add'>): Block[] {
  return [
    fields([
      ['person', name === id ? id : `${name} (${id})`],
      ['roles', endedMs === null ? rolesText(roles) : quiet('ended')],
    ]),
  ]
}

const setRoles = write({
  name: 'roles',
  summary: 'give a person other roles, in the place of those they have',
  args: personId,
  options: { role: needed(role) },
  examples: ['person roles bob --role dev=approver --role prod=operator'],
  request: call =>
    pending('people.setRoles', {
      params: { id: call.args.person },
      body: { roles: rolesOf(call.options.role) },
    }),
  blocks: answer => personBlocks(answer),
})

const end = write({
  name: 'end',
  summary: 'end the access of a person; the record keeps who they were',
  args: personId,
  options: yes,
  request: call => pending('people.end', { params: { id: call.args.person } }),
  confirm: call =>
    call.confirm(`End the access of ${call.args.person}, with all sessions and tokens?`, call.options.yes),
  blocks: answer => [line(`${answer.id} has no access any more.`)],
})

export const verbs: readonly Verb[] = [list, add, setRoles, end]
