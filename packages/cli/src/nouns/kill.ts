// rekey kill: compromise. What it would reach is shown first; then the order is given, and it is said who has confirmed it.
import type { Talk } from '../call.ts'
import { exitCodes } from '../exit.ts'
import { scopeArgs, scopeOf, scopeOptions, scopeText } from '../kill-scope.ts'
import { count, length, needed, word } from '../kinds.ts'
import { paged, paging } from '../pages.ts'
import type { Answer } from '../plane/operations.ts'
import { line, text } from '../show/blocks.ts'
import { progressOn } from '../show/progress.ts'
import { type Verb, verb } from '../verb.ts'
import { view } from '../view.ts'
import { confirmedText, killBlocks, killsBlocks, radiusBlocks } from '../views/kill.ts'
import { pending, reason, write, yes } from '../write.ts'

const killId = { kill: needed(word('id', 'the kill', { ids: 'kill' })) }

const preview = view({
  name: 'preview',
  summary: 'what a kill would reach, before it is done',
  args: scopeArgs,
  options: scopeOptions,
  examples: ['kill preview orders-db 3', 'kill preview --agent summariser'],
  read: call => call.ask('kills.preview', { body: { scope: scopeOf(call.args, call.options) } }),
  blocks: answer => radiusBlocks(answer),
  hint: (_, call) => `kill order${typed(call)}`,
})

/** The same scope once more. */
function typed({
  args,
  options,
}: {
  args: { credential: string | undefined; version: number | undefined }
  options: object
}): string {
  if (args.credential !== undefined)
    return ` ${args.credential}${args.version === undefined ? '' : ` ${args.version}`}`
  const { agent, environment, target } = options as Record<string, string | undefined>
  if (agent !== undefined) return ` --agent ${agent}`
  if (target !== undefined) return ` --target ${target}`
  return environment === undefined ? ' …' : ` --environment ${environment}`
}

const usualWaitMs = 10_000

const order = verb({
  name: 'order',
  summary: 'kill: revoke first, everywhere, then replace',
  text: `At a terminal it is shown what the kill would reach, and asked once more; it kills that
many versions or none. Elsewhere it takes --yes. Then it waits for holders and targets
to confirm, and ends with 0 when all have, with 4 while something is open, or when a
second person has to agree.`,
  args: scopeArgs,
  options: {
    ...scopeOptions,
    ...reason,
    ...yes,
    expect: count('number', 'kill exactly so many versions, or none'),
    wait: length('for holders and targets to confirm', '10s'),
    dryRun: { ...yes.yes, short: null, text: 'show what it would reach, and kill nothing' },
    idempotencyKey: word('key', 'the same key with the same request has the effect of once, for a day'),
  },
  examples: [
    'kill order orders-db 3 --reason "found on a paste site"',
    'kill order --agent summariser --reason "stolen laptop" --yes',
  ],
  async run(call) {
    const { options } = call
    const scope = scopeOf(call.args, options)
    if (options.dryRun) {
      const radius = await call.ask('kills.preview', { body: { scope } })
      call.show(radius, () => radiusBlocks(radius))
      call.tell('Nobody was killed.')
      return 0
    }
    let expectVersions = options.expect
    if (!options.yes && call.canAsk) {
      const radius = await call.ask('kills.preview', { body: { scope } })
      expectVersions ??= radius.totals.versions
      call.print(radiusBlocks(radius))
    }
    const why = await call.reason(options.reason, 'Why is it killed? (it is kept in the record)')
    await call.confirm(`Kill ${scopeText(scope)}? It cannot be taken back.`, options.yes)
    const ordered = await call.ask('kills.order', { body: { scope, reason: why, expectVersions } })
    const kill = await confirmed(call, ordered, options.wait ?? usualWaitMs)
    call.show(kill, () => killBlocks(kill, call.times()))
    call.hint(`kill show ${kill.id} --watch`)
    return kill.unconfirmed.length === 0 ? 0 : exitCodes.waits
  },
})

type Kill = Answer<'kills.get'>

/** Until everybody has confirmed, or the time is over. */
async function confirmed(call: Talk, ordered: Kill, waitMs: number): Promise<Kill> {
  const progress = progressOn(call.io.err, !call.everywhere.json, call.io.nowMs)
  const untilMs = call.io.nowMs() + waitMs
  let kill = ordered
  let betweenMs = 100
  while (kill.unconfirmed.length > 0 && call.io.nowMs() < untilMs && !call.signal.aborted) {
    progress.say(`The order is out: ${confirmedText(kill)}.`)
    await call.io.pause(Math.min(betweenMs, untilMs - call.io.nowMs()), call.signal)
    betweenMs = Math.min(betweenMs * 2, 1_000)
    // The order is given, whatever comes of looking at it.
    kill = await call.ask('kills.get', { params: { id: ordered.id } }).catch(() => kill)
  }
  progress.end()
  return kill
}

const breakGlass = verb({
  name: 'break-glass',
  summary: 'kill with a break-glass code, when nobody can sign in',
  text: 'The code is asked for without showing it, or read as a line of standard input. It\nworks without a sign-in, also while the store cannot be written, and everybody is told.',
  args: scopeArgs,
  options: { ...scopeOptions, ...reason, ...yes },
  async run(call) {
    const scope = scopeOf(call.args, call.options)
    const why = await call.reason(call.options.reason, 'Why is it killed? (it is kept in the record)')
    await call.confirm(
      `Break the glass, and kill ${scopeText(scope)}? It cannot be taken back.`,
      call.options.yes,
    )
    const code = await call.askSecret('Break-glass code')
    const answer = await call.ask('kills.breakGlass', { body: { scope, reason: why, code } })
    call.show(answer, () => [
      line(`${answer.orders} killed: ${answer.kill}`),
      ...(answer.recorded
        ? []
        : [line('The store cannot be written just now; it is written down as soon as it can be.')]),
    ])
    return 0
  },
})

const list = view({
  name: 'list',
  summary: 'list kills, the newest first',
  options: paging,
  read: call => paged(call.options, query => call.ask('kills.list', { query })),
  blocks: (answer, call) => killsBlocks(answer, call.times()),
  hint: ({ items }) => (items[0] === undefined ? null : `kill show ${items[0].id}`),
})

const show = view({
  name: 'show',
  summary: 'what came of a kill: each step, each holder, each target',
  text: 'Ends with 0 when everything is confirmed, and with 4 while something is not.',
  args: killId,
  read: call => call.ask('kills.get', { params: { id: call.args.kill } }),
  blocks: (answer, call) => killBlocks(answer, call.times()),
  hint: ({ id, unconfirmed }) => (unconfirmed.length === 0 ? `kill report ${id}` : null),
  code: answer => (answer.unconfirmed.length === 0 ? 0 : exitCodes.waits),
})

const report = verb({
  name: 'report',
  summary: 'the report of a kill as Markdown, to hand on',
  args: killId,
  examples: ['kill report 0190… > report.md'],
  async run(call) {
    const { value } = await call.plane.answer(
      'kills.report',
      { params: { id: call.args.kill } },
      { isText: true },
    )
    call.show(value, () => [text(value)])
    return 0
  },
})

const dismiss = write({
  name: 'dismiss',
  summary: 'answer for a holder that cannot confirm',
  args: killId,
  options: {
    credential: needed(word('id', 'of which credential', { ids: 'credential' })),
    consumer: needed(word('id', 'of which consumer', { ids: 'consumer' })),
    instance: needed(word('name', 'which process')),
    ...reason,
  },
  async request(call) {
    const { consumer, credential, instance } = call.options
    const why = await call.reason(
      call.options.reason,
      'How do you know that it is gone? (it is kept in the record)',
    )
    return pending('kills.dismiss', {
      params: { id: call.args.kill },
      body: { credential, consumer, instance, reason: why },
    })
  },
  blocks: (answer, call) => killBlocks(answer, call.times()),
})

export const verbs: readonly Verb[] = [preview, order, list, show, report, dismiss, breakGlass]
