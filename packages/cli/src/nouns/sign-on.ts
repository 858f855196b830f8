// rekey sign-on: OpenID Connect providers that people may sign in through.
import { needed, word } from '../kinds.ts'
import { blank, fields, heading, line } from '../show/blocks.ts'
import { strong } from '../show/words.ts'
import type { Verb } from '../verb.ts'
import { view } from '../view.ts'
import { list as listed } from '../views/list.ts'
import { pending, write, yes } from '../write.ts'

const providerId = { provider: needed(word('id', 'the sign-on provider', { ids: 'sign-on' })) }

const list = view({
  name: 'list',
  summary: 'list the providers that people may sign in through',
  read: call => call.ask('signOns.list'),
  blocks: ({ items }) =>
    listed({
      items,
      one: 'sign-on provider',
      columns: [
        { title: 'provider', cell: one => one.id },
        { title: 'name', cell: one => one.name, least: 12 },
      ],
    }),
})

const set = write({
  name: 'set',
  summary: 'let people sign in through a provider, or change one',
  text: 'Its client secret is an admin secret of the control plane; here its name is given. Each\nperson still has to be added: rekey person add ID --sign-on provider:subject',
  args: providerId,
  options: {
    name: needed(word('text', 'as it stands on its button')),
    issuer: needed(word('address', 'the issuer, as its tokens name it')),
    clientId: needed(word('text', 'as whom Rekey is registered there')),
    clientSecret: word('name', 'the name of the admin secret, never the secret'),
  },
  examples: [
    'sign-on set corp --name "Acme" --issuer https://id.acme.example \\\n      --client-id rekey --client-secret oidc-corp',
  ],
  request(call) {
    const { clientId, clientSecret, issuer, name } = call.options
    const body = { name, issuer, clientId, clientSecret }
    return pending('signOns.put', { params: { id: call.args.provider }, body })
  },
  blocks: one => [
    heading(strong(one.id)),
    blank,
    fields([
      ['name', one.name],
      ['issuer', one.issuer],
      ['client', one.clientId],
      ['client secret', one.clientSecret ?? null],
    ]),
  ],
})

const remove = write({
  name: 'remove',
  summary: 'let nobody sign in through a provider any more',
  args: providerId,
  options: yes,
  request: call => pending('signOns.remove', { params: { id: call.args.provider } }),
  confirm: call => call.confirm(`Let nobody sign in through ${call.args.provider}?`, call.options.yes),
  blocks: (_, call) => [line(`Nobody signs in through ${call.args.provider} any more.`)],
})

export const verbs: readonly Verb[] = [list, set, remove]
