// rekey issuer: whose word is taken about which process is which agent.
import { issuerKinds } from '../choices.ts'
import { usage } from '../exit.ts'
import { readFields } from '../json-file.ts'
import { file, many, needed, oneOf, short, word } from '../kinds.ts'
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, fields, heading, line } from '../show/blocks.ts'
import { gap, quiet, strong } from '../show/words.ts'
import type { Verb } from '../verb.ts'
import { view } from '../view.ts'
import { list as listed } from '../views/list.ts'
import { none } from '../views/states.ts'
import { pending, write, yes } from '../write.ts'

type Issuer = Answer<'issuers.list'>['items'][number]
type Rule = Issuer['rules'][number]

const issuerId = { issuer: needed(word('id', 'the issuer', { ids: 'issuer' })) }

const list = view({
  name: 'list',
  summary: 'list trusted issuers of agents’ identities',
  read: call => call.ask('issuers.list'),
  blocks: ({ items }) =>
    listed({
      items,
      one: 'issuer',
      columns: [
        { title: 'issuer', cell: one => one.id },
        { title: 'kind', cell: one => one.kind },
        { title: 'named', cell: one => one.issuer, drop: 2 },
        { title: 'audience', cell: one => one.audience, drop: 3 },
        { title: 'rules', cell: one => ({ lines: one.rules.map(ruleText) }), drop: 1, least: 16 },
      ],
    }),
})

const ruleText = ({ agent, subject, claims }: Rule) =>
  [`${agent} is ${subject ?? 'whoever'}`, ...Object.entries(claims ?? {}).map(each => each.join('='))].join(
    ', ',
  )

const set = write({
  name: 'set',
  summary: 'trust an issuer, or change what is taken from it',
  text: 'Its rules say which of its identities is which agent; one that no rule names is refused.\nRules by claims go into a file. What is not named stays as it is.',
  args: issuerId,
  options: {
    file: short('f', file('all of it as JSON, as the API has it; flags go before it')),
    kind: oneOf(issuerKinds, 'what it is', 'kind'),
    named: word('issuer', 'as its tokens name it; for SPIFFE the trust domain'),
    audience: word('text', 'whom its tokens have to be for'),
    jwksUrl: word('address', 'where its keys are, if not where its discovery says'),
    rule: many('agent=subject', 'which of its identities is which agent'),
    unrule: many('agent', 'whom it may name no more'),
  },
  examples: [
    'issuer set ci --kind oidc --named https://token.ci.example --audience rekey \\\n      --rule nightly=repo:acme/jobs:ref:refs/heads/main',
  ],
  async request(call) {
    const { issuer: id } = call.args
    const { audience, file, jwksUrl, kind, named, rule, unrule } = call.options
    const { items } = await call.ask('issuers.list')
    const before = items.find(one => one.id === id)
    const given = await readFields(file, call.io)
    const known = { ...(before === undefined ? {} : inputOf(before)), ...given } as Partial<Issuer>
    const body = {
      ...known,
      ...(kind !== undefined && { kind }),
      ...(named !== undefined && { issuer: named }),
      ...(audience !== undefined && { audience }),
      ...(jwksUrl !== undefined && { jwksUrl }),
      rules: rulesOf(known.rules ?? [], rule.map(ruleOf), unrule),
    }
    for (const [name, value] of [
      ['--kind', body.kind],
      ['--named', body.issuer],
      ['--audience', body.audience],
    ]) {
      if (value === undefined) throw usage(`${name} is missing.`, 'rekey issuer set --help')
    }
    return pending('issuers.put', { params: { id }, body: body as never })
  },
  blocks: answer => issuerBlocks(answer),
})

const inputOf = ({ id: _, ...input }: Issuer) => input

/** One rule by subject for each agent that is named; those by claims stay. */
const rulesOf = (before: readonly Rule[], named: readonly Rule[], gone: readonly string[]): Rule[] => {
  const again = new Set([...gone, ...named.map(one => one.agent)])
  return [...before.filter(one => !again.has(one.agent)), ...named]
}

function ruleOf(text: string): Rule {
  const at = text.indexOf('=')
  if (at < 1 || at === text.length - 1) throw usage(`--rule: "${text}" is none.`, 'Give it as agent=subject.')
  return { agent: text.slice(0, at), subject: text.slice(at + 1) }
}

const issuerBlocks = (one: Issuer): Block[] => [
  heading([strong(one.id), quiet(`${gap}${one.kind}`)]),
  blank,
  fields([
    ['named', one.issuer],
    ['audience', one.audience],
    ['keys at', one.jwksUrl ?? (one.jwks === undefined ? null : 'given with it')],
    ['rules', one.rules.length === 0 ? none : { lines: one.rules.map(ruleText) }],
  ]),
]

const remove = write({
  name: 'remove',
  summary: 'trust an issuer no longer',
  args: issuerId,
  options: yes,
  request: call => pending('issuers.remove', { params: { id: call.args.issuer } }),
  confirm: call => call.confirm(`Trust ${call.args.issuer} no longer?`, call.options.yes),
  blocks: (_, call) => [line(`The word of ${call.args.issuer} is taken no longer.`)],
})

export const verbs: readonly Verb[] = [list, set, remove]
