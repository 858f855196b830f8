// rekey consumer: who uses a credential, and how.
import type { Talk } from '../call.ts'
import { seen } from '../choices.ts'
import { consumerBody, consumerFlags, consumerInput } from '../consumer-flags.ts'
import { exitCodes, Failure } from '../exit.ts'
import { readFields } from '../json-file.ts'
import { count, flag, type Kinds, moment, needed, oneOf, word } from '../kinds.ts'
import { paged, paging } from '../pages.ts'
import type { Answer } from '../plane/operations.ts'
import { line } from '../show/blocks.ts'
import type { Verb } from '../verb.ts'
import { view } from '../view.ts'
import { consumerBlocks, consumersBlocks } from '../views/consumer.ts'
import { asSeen, pending, reason, write, yes } from '../write.ts'

const named = {
  credential: needed(word('id', 'the credential', { ids: 'credential' })),
  consumer: needed(word('id', 'the consumer', { ids: 'consumer' })),
} satisfies Kinds

const list = view({
  name: 'list',
  summary: 'list the consumers of a credential, or of all of them',
  args: { credential: word('id', 'of this one only', { ids: 'credential' }) },
  options: {
    environment: word('name', 'of one environment only', { ids: 'environment' }),
    text: word('text', 'with this in its id, its name or its owner'),
    ...paging,
  },
  async read(call) {
    const { environment, text } = call.options
    const { credential } = call.args
    if (credential !== undefined) return call.ask('consumers.list', { params: { credential } })
    return paged(call.options, query =>
      call.ask('overview.consumers', { query: { ...query, environment, text } }),
    )
  },
  blocks: (answer, call) => consumersBlocks(answer, call.args.credential === undefined),
})

const show = view({
  name: 'show',
  summary: 'look at a consumer',
  args: named,
  read: call => found(call, call.args),
  blocks: (answer, call) => consumerBlocks(answer, call.times()),
})

type Consumer = Answer<'consumers.put'>

async function found(
  call: Talk,
  { consumer, credential }: { credential: string; consumer: string },
): Promise<Consumer> {
  const params = { credential, id: consumer }
  if (await isKnown(call, params)) return call.ask('consumers.get', { params })
  throw new Failure(
    exitCodes.failed,
    `${credential} has no consumer ${consumer}.`,
    `Those that there are: rekey consumer list ${credential}`,
  )
}

/** A credential that there is not is another failure than a consumer that it has not. */
async function isKnown(call: Talk, { credential, id }: { credential: string; id: string }): Promise<boolean> {
  const { items } = await call.ask('consumers.list', { params: { credential } })
  return items.some(one => one.id === id)
}

const set = write({
  name: 'set',
  aliases: ['add'],
  summary: 'register a consumer, or change one: what is not said stays as it is',
  text: 'By flags, or with --file. Whoever joins in the middle of a rotation owes evidence\nlike everyone else.',
  args: named,
  options: consumerFlags,
  examples: [
    'consumer set orders-db web --name "Web shop" --behaviour web-request \\\n      --reload ttl=1m --observed sdk --owner alice:Alice',
    'consumer set orders-db nightly --cadence every=24h --reload restart --documented',
  ],
  async request(call) {
    const { consumer: id, credential } = call.args
    const params = { credential, id }
    // What somebody else changes from here on is not overwritten.
    const before = (await isKnown(call, params)) ? await call.plane.answer('consumers.get', { params }) : null
    const given = await readFields(call.options.file, call.io)
    const body = consumerBody(
      { ...(before === null ? {} : consumerInput(before.value)), ...given },
      call.options,
    )
    return pending('consumers.put', { params, body: body as never }, asSeen(before?.etag))
  },
  blocks: (answer, call) => consumerBlocks(answer, call.times()),
})

const remove = write({
  name: 'remove',
  summary: 'take a consumer out of the register; if it is seen again, it is a ghost',
  args: named,
  options: { ...reason, ...yes },
  async request(call) {
    const { consumer: id, credential } = call.args
    const why = await call.reason(call.options.reason)
    return pending('consumers.remove', { params: { credential, id }, body: { reason: why } })
  },
  confirm: call =>
    call.confirm(
      `Take ${call.args.consumer} of ${call.args.credential} out of the register?`,
      call.options.yes,
    ),
  blocks: (_, call) => [line(`${call.args.consumer} of ${call.args.credential} is not registered any more.`)],
})

const idle = write({
  name: 'idle',
  summary: 'declare that a consumer does not run for now, or that it does again',
  args: named,
  options: { ...reason, over: flag('it runs again') },
  examples: ['consumer idle orders-db nightly --reason "switched off until May"'],
  async request(call) {
    const { consumer: id, credential } = call.args
    const why = await call.reason(call.options.reason)
    return pending('consumers.idle', {
      params: { credential, id },
      body: { idle: !call.options.over, reason: why },
    })
  },
  blocks: (answer, call) => consumerBlocks(answer, call.times()),
})

const attest = write({
  name: 'attest',
  summary: 'say what you saw of a consumer, where no program reports it',
  text: 'Your word, under your name: it counts as evidence where the consumer is attested.',
  args: named,
  options: {
    saw: needed(oneOf(seen, 'what you saw')),
    version: count('number', 'which version it was'),
    lane: word('name', 'in which workflow'),
    instance: word('name', 'which process'),
    at: moment('when', false, 'now'),
    ...reason,
  },
  examples: ['consumer attest orders-db replay --saw exercised --version 4 --reason "ran it by hand"'],
  async request(call) {
    const { consumer: id, credential } = call.args
    const { at, instance, lane, reason, saw, version } = call.options
    const note = await call.reason(reason, 'How do you know? (it is kept in the record)')
    const body = { saw, version: version ?? null, lane, instance, atMs: at, note }
    return pending('consumers.attest', { params: { credential, id }, body })
  },
  blocks: (_, call) => [line(`It is written down, and counts for ${call.args.consumer}.`)],
  hint: (_, call) => `rotation ledger ${call.args.credential}`,
})

export const verbs: readonly Verb[] = [list, show, set, remove, idle, attest]
