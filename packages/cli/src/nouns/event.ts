// rekey event: the record, from its newest end, or as it is written.
import type { Talk } from '../call.ts'
import { exitCodes, Failure, failureOf } from '../exit.ts'
import { count, flag, moment, needed, short, word } from '../kinds.ts'
import type { Answer } from '../plane/operations.ts'
import { blank, line } from '../show/blocks.ts'
import { plainJson } from '../show/plain.ts'
import { quiet } from '../show/words.ts'
import { type Verb, verb } from '../verb.ts'
import { view } from '../view.ts'
import { type Event, eventBlocks, eventLine, eventsTable } from '../views/event.ts'

const usualLimit = 50
/** So many requests at the most, however few of the events are wanted. */
const mostPages = 50

const list = verb({
  name: 'list',
  summary: 'the record, the newest first; with --follow as it is written',
  options: {
    follow: short('F', flag('go on with what comes, the newest last')),
    credential: word('id', 'about one credential only', { ids: 'credential' }),
    environment: word('name', 'of one environment only', { ids: 'environment' }),
    type: word('type', 'of one type only, as rotationOpened'),
    by: word('who', 'of one who did it, as person:alice'),
    text: word('text', 'with this somewhere in it'),
    from: moment('not before then'),
    to: moment('not after then'),
    limit: count('number', 'how many at the most', '50'),
    before: count('position', 'go back from there'),
  },
  examples: [
    'event list --credential orders-db --from 24h',
    'event list --follow --json | jq -r .type',
    'event list --type valueRevealed --from 2026-01-01',
  ],
  async run(call) {
    const { options } = call
    const last = await history(call, options)
    const items = last.items
    if (!options.follow) {
      const more = last.more ? `; there are more: --before ${last.position}` : ''
      call.show(last, () =>
        items.length === 0
          ? [line(quiet(`No such event${more}.`))]
          : [eventsTable(items, call.times()), blank, line(quiet(`${items.length} events${more}`))],
      )
      return 0
    }
    for (const event of [...items].reverse()) tell(call, event)
    return follow(call, options, last.last)
  },
})

interface Filters {
  credential: string | undefined
  environment: string | undefined
  type: string | undefined
  by: string | undefined
  text: string | undefined
  from: number | undefined
  to: number | undefined
  limit: number | undefined
  before: number | undefined
}

type History = Answer<'record.history'>

/** As many as were asked for: one request looks at so many events and no more. */
async function history(call: Talk, filters: Filters): Promise<History> {
  const { before, from, limit = usualLimit, to, ...rest } = filters
  const { by, credential, environment, text, type } = rest
  const query = { by, credential, environment, text, type, fromMs: from, toMs: to }
  let page = await call.ask('record.history', { query: { ...query, before, limit } })
  const items = [...page.items]
  for (let pages = 1; items.length < limit && page.more && pages < mostPages; pages++) {
    const { last } = page
    page = await call.ask('record.history', {
      query: { ...query, before: page.position, limit: limit - items.length },
    })
    items.push(...page.items)
    page = { ...page, last }
  }
  return { ...page, items }
}

const waitMs = 25_000
const againMs = 1_000
const longestAgainMs = 30_000

/** Whoever comes after the cursor is told of once, across any outage. */
async function follow(call: Talk, filters: Filters, from: number): Promise<number> {
  const { credential, environment, type } = filters
  let after = from
  let missed = 0
  while (!call.signal.aborted) {
    try {
      const query = { after, waitMs, credential, environment, type, limit: 500 }
      const page = await call.plane.answer('record.events', { query }, { timeoutMs: waitMs + 30_000 })
      if (missed > 0) call.tell(quiet('The control plane is back.'))
      missed = 0
      for (const event of page.value.items) if (isWanted(event, filters)) tell(call, event)
      after = page.value.position
    } catch (error) {
      const failure = failureOf(error)
      if (call.signal.aborted) break
      if (failure.exitCode !== exitCodes.away && failure.exitCode !== exitCodes.timedOut) throw failure
      if (missed === 0) call.tell(quiet(`${failure.message} It is tried again.`))
      await call.io.pause(Math.min(againMs * 2 ** missed, longestAgainMs), call.signal)
      missed = Math.min(missed + 1, 10)
    }
  }
  return exitCodes.interrupted
}

/** What the stream of events cannot be asked for. */
function isWanted(event: Event, { by, from, text, to }: Filters): boolean {
  const isIn = text === undefined || JSON.stringify(event).toLowerCase().includes(text.toLowerCase())
  return (
    isIn &&
    (by === undefined || event.by === by) &&
    event.atMs >= (from ?? 0) &&
    event.atMs <= (to ?? Infinity)
  )
}

function tell(call: Talk, event: Event): void {
  if (call.everywhere.json) call.io.out.write(`${plainJson(JSON.stringify(event))}\n`)
  else call.print([line(eventLine(event, call.times()))])
}

const show = view({
  name: 'show',
  summary: 'one event, with all that it says',
  args: { position: needed(count('position', 'its place in the record')) },
  async read(call) {
    const { position } = call.args
    const { items } = await call.ask('record.events', {
      query: { after: Math.max(0, position - 1), limit: 1 },
    })
    const [event] = items
    if (event?.position === position) return event
    throw new Failure(exitCodes.failed, `There is no event ${position} that you may see.`, 'rekey event list')
  },
  blocks: (answer, call) => eventBlocks(answer, call.times()),
  hint: ({ leaf, position }) => (leaf === null ? null : `log proof ${position}`),
})

export const verbs: readonly Verb[] = [list, show]
