// rekey credential: registering, changing, looking.
import type { Talk } from '../call.ts'
import { credentialFlags, credentialInput, credentialOf, type Given } from '../credential-flags.ts'
import { isFields, readFields } from '../json-file.ts'
import { count, type Kinds, moment, needed, word } from '../kinds.ts'
import { paged, paging } from '../pages.ts'
import type { Verb } from '../verb.ts'
import { view } from '../view.ts'
import { credentialBlocks, credentialsBlocks, usesBlocks, versionsBlocks } from '../views/credential.ts'
import { mapBlocks } from '../views/map.ts'
import { asSeen, pending, write } from '../write.ts'
import { reveal } from './credential/reveal.ts'

const named = { credential: needed(word('id', 'its id', { ids: 'credential' })) } satisfies Kinds

const list = view({
  name: 'list',
  summary: 'list credentials, with their versions and when each is rotated next',
  options: { environment: word('name', 'of one environment only', { ids: 'environment' }), ...paging },
  examples: ['credential list --environment prod', 'credential list --all --json'],
  read: call =>
    paged(call.options, query =>
      call.ask('credentials.list', { query: { ...query, environment: call.options.environment } }),
    ),
  blocks: (answer, call) => credentialsBlocks(answer, call.times()),
})

const show = view({
  name: 'show',
  summary: 'look at a credential',
  args: named,
  read: call => call.ask('credentials.get', { params: { id: call.args.credential } }),
  blocks: (answer, call) => credentialBlocks(answer, call.times()),
  hint: ({ id, openRotation, currentVersion }) =>
    openRotation !== null ? `rotation ledger ${id}` : currentVersion === null ? `rotation open ${id}` : null,
})

const add = write({
  name: 'add',
  summary: 'register a credential',
  text: `By flags, or with --file: what the API takes, with or without its consumers. A value
that exists becomes version 1: --existing gives its handle, and the value is asked
for, or read as a line of standard input. Without one the first rotation issues it.`,
  args: { credential: needed(word('id', 'its id: lower-case letters, digits, dots, hyphens')) },
  options: {
    ...credentialFlags,
    existing: word('handle', 'the name that the target has for the value of today'),
  },
  examples: [
    'credential add orders-db --name "Orders" --kind database --provider postgres \\\n      --target orders --environment prod --owner alice:Alice --setting host=db',
    'credential add documents -f documents.json --existing key-1 < key.txt',
  ],
  async request(call) {
    const { consumers, credential } = await fromFile(call.options.file, call)
    const body = credentialOf(credential, call.options)
    const { existing } = call.options
    return pending(
      'credentials.register',
      {
        body: {
          id: call.args.credential,
          credential: body as never,
          consumers: consumers as never,
          ...(existing !== undefined && {
            existing: { handle: existing, value: await call.askSecret('Its value') },
          }),
        },
      },
      { secret: ['value'] },
    )
  },
  blocks: (answer, call) => credentialBlocks(answer, call.times()),
  hint: ({ id, currentVersion }) =>
    currentVersion === null ? `rotation open ${id}` : `credential map ${id}`,
})

/** A file may say the credential alone, or with its id and its consumers, as the API or `rekey export` has them. */
async function fromFile(
  file: string | undefined,
  call: Talk,
): Promise<{ credential: Given; consumers: unknown[] }> {
  const { consumers = [], credential, ...rest } = await readFields(file, call.io)
  const list = Array.isArray(consumers)
    ? consumers
    : Object.entries(consumers as Given).map(([id, one]) => ({ id, ...(one as Given) }))
  return { credential: isFields(credential) ? credential : rest, consumers: list }
}

const change = write({
  name: 'change',
  summary: 'change a credential: what is not said stays as it is',
  args: named,
  options: credentialFlags,
  examples: ['credential change orders-db --owner bob:Bob --rotate-every 7d'],
  async request(call) {
    const id = call.args.credential
    const { etag, value } = await call.plane.answer('credentials.get', { params: { id } })
    const { credential } = await fromFile(call.options.file, call)
    const body = credentialOf({ ...credentialInput(value), ...credential }, call.options)
    // Whoever changed it in between is not overwritten.
    return pending('credentials.change', { params: { id }, body: body as never }, asSeen(etag))
  },
  blocks: (answer, call) => credentialBlocks(answer, call.times()),
})

const versions = view({
  name: 'versions',
  summary: 'list the versions of a credential, the newest first',
  args: named,
  read: call => call.ask('credentials.versions', { params: { id: call.args.credential } }),
  blocks: (answer, call) => versionsBlocks(answer, call.times()),
})

const map = view({
  name: 'map',
  summary: 'who depends on a credential, and how: the five questions',
  args: named,
  read: call => call.ask('credentials.map', { params: { id: call.args.credential } }),
  blocks: (answer, call) => mapBlocks(answer, call.times()),
})

const uses = view({
  name: 'uses',
  summary: 'who used a credential, when, and with which version',
  args: named,
  options: {
    from: moment('since when', false, '24h'),
    to: moment('until when', false, 'now'),
    consumer: word('id', 'by one consumer only', { ids: 'consumer' }),
    version: count('number', 'with one version only'),
  },
  examples: ['credential uses orders-db --from 2026-03-01T14:00Z --to 2026-03-01T15:00Z'],
  async read(call) {
    const { consumer, from = call.io.nowMs() - 24 * 3_600_000, to = call.io.nowMs(), version } = call.options
    const query = { fromMs: from, toMs: to, consumer }
    const { items } = await call.ask('credentials.uses', { params: { id: call.args.credential }, query })
    return { items: items.filter(one => version === undefined || one.version === version) }
  },
  blocks: (answer, call) => usesBlocks(answer, call.times()),
})

export const verbs: readonly Verb[] = [list, show, add, change, versions, map, uses, reveal]
