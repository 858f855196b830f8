// rekey key: what kill orders, status lists and shared signals are signed with.
import { keyUses } from '../choices.ts'
import { oneOf } from '../kinds.ts'
import { line } from '../show/blocks.ts'
import { good, quiet } from '../show/words.ts'
import type { Verb } from '../verb.ts'
import { view } from '../view.ts'
import { list as listed } from '../views/list.ts'
import { pending, reason, write, yes } from '../write.ts'

const list = view({
  name: 'list',
  summary: 'list the public keys that receivers check with; --json is a JWK set',
  read: call => call.ask('orderKeys.list'),
  // They come pair after pair, in the order of what they sign, the active one first.
  blocks: ({ keys }) =>
    listed({
      items: keys.map((key, at) => ({
        key,
        signs: keyUses[Math.floor(at / 2)] ?? '–',
        isActive: at % 2 === 0,
      })),
      one: 'key',
      columns: [
        { title: 'signs', cell: one => one.signs },
        { title: 'is', cell: one => (one.isActive ? good('active') : quiet('stand-by')) },
        { title: 'key', cell: one => said(one.key['kid']), least: 20 },
        { title: 'algorithm', cell: one => said(one.key['alg'] ?? one.key['crv']), drop: 1 },
      ],
    }),
})

const said = (value: unknown) => (typeof value === 'string' ? value : '–')

const replace = write({
  name: 'replace',
  summary: 'put the stand-by in the place of the key that signs',
  text: 'For when a signing key is compromised: receivers know its stand-by already, and take\nnothing more from the old one.',
  options: { of: oneOf(keyUses, 'what it signs', 'what'), ...reason, ...yes },
  examples: ['key replace --of orders --reason "the host was broken into"'],
  async request(call) {
    const { of = 'orders' } = call.options
    return pending('orderKeys.replace', { body: { of, reason: await call.reason(call.options.reason) } })
  },
  confirm: call =>
    call.confirm(`Replace the key that signs ${call.options.of ?? 'orders'}?`, call.options.yes),
  blocks: ({ active, standBy }) => [
    line(`${active} signs from now on.`),
    line(quiet(`Its stand-by is ${standBy}.`)),
  ],
})

export const verbs: readonly Verb[] = [list, replace]
