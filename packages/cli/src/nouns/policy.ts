// rekey policy: what needs two people, and what is done about signals.

import type { Talk } from '../call.ts'
import { decisionsOfTwo } from '../choices.ts'
import { usage } from '../exit.ts'
import { length, many } from '../kinds.ts'
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, fields, heading, line, text } from '../show/blocks.ts'
import { table } from '../show/table.ts'
import { span } from '../show/times.ts'
import { quiet } from '../show/words.ts'
import { type Verb, verb } from '../verb.ts'
import { view } from '../view.ts'
import { state } from '../views/states.ts'
import { asSeen, pending, sent, writing } from '../write.ts'

interface Policies {
  settings: Answer<'settings.get'>
  signalPolicy: Answer<'signalPolicy.get'>
}

async function read(call: Talk): Promise<Policies & { tags: { [N in keyof Policies]: string | null } }> {
  const settings = await call.plane.answer('settings.get', {})
  const signalPolicy = await call.plane.answer('signalPolicy.get', {})
  return {
    settings: settings.value,
    signalPolicy: signalPolicy.value,
    tags: { settings: settings.etag, signalPolicy: signalPolicy.etag },
  }
}

const show = view({
  name: 'show',
  summary: 'what needs two people, and what is done about signals',
  async read(call) {
    const { tags: _, ...policies } = await read(call)
    return policies
  },
  blocks: answer => policyBlocks(answer),
})

function policyBlocks({ settings, signalPolicy }: Policies): Block[] {
  const { groupMs, killsPerHour, reactions, usual } = signalPolicy
  const two = Object.entries(settings.twoPerson).map(([name, what]): [string, string] => [
    named(name),
    what.join(', '),
  ])
  const own = Object.entries(reactions).flatMap(([environment, kinds]) =>
    Object.entries(kinds).map(([kind, reaction]) => ({
      environment: named(environment),
      kind,
      reaction: String(reaction),
    })),
  )
  return [
    heading('What needs two people'),
    two.length === 0 ? line(quiet('nothing'), 2) : fields(two),
    blank,
    heading('What is done about signals'),
    table(
      [
        ...own,
        ...Object.entries(usual).map(([kind, reaction]) => ({ environment: 'as usual', kind, reaction })),
      ],
      [
        {
          title: 'environment',
          cell: one => (one.environment === 'as usual' ? quiet(one.environment) : one.environment),
        },
        { title: 'signal', cell: one => one.kind },
        { title: 'then', cell: one => state(one.reaction) },
      ],
    ),
    blank,
    fields([
      [
        'kills an hour',
        Object.entries(killsPerHour)
          .map(([name, most]) => `${named(name)} ${most}`)
          .join(', '),
      ],
      ['one signal', `when it says the same within ${span(groupMs)}`],
    ]),
  ]
}

const named = (environment: string) => (environment === '*' ? 'everywhere' : environment)

const set = verb({
  name: 'set',
  summary: 'change what needs two people, or what is done about signals',
  text: 'What is not named stays as it is; nothing behind the = takes a line away.\nThe same stands in files, under "policies": rekey schema.',
  options: {
    twoPerson: many('environment=what,…', 'which decisions need two people: retire, override, kill'),
    reaction: many(
      'environment:signal=what',
      'what is done about a kind of signal: note, page, suspend, rotate, kill',
    ),
    killsPerHour: many('environment=number', 'automatic kills; what comes above becomes a page'),
    group: length('signals about the same within so long are one'),
    ...writing,
  },
  examples: [
    'policy set --two-person prod=retire,kill',
    'policy set --reaction prod:public-leak=kill --kills-per-hour prod=3',
  ],
  async run(call) {
    const { options } = call
    const before = await read(call)
    const rules =
      options.twoPerson.length === 0 ? null : { twoPerson: twoPersonOf(before, options.twoPerson) }
    const signals = signalsOf(before, options)
    if (rules === null && signals === null)
      throw usage('It is not said what is to change.', 'rekey policy set --help')
    const would = {
      ...(rules !== null && { settings: rules }),
      ...(signals !== null && { signalPolicy: signals }),
    }
    if (options.dryRun) {
      call.show(would, () => [text(JSON.stringify(would, null, 2))])
      call.tell('Nothing was sent.')
      return 0
    }
    const { tags } = before
    const settings =
      rules === null
        ? before.settings
        : await sent(call, pending('settings.put', { body: rules as never }, asSeen(tags.settings)))
    const signalPolicy =
      signals === null
        ? before.signalPolicy
        : await sent(call, pending('signalPolicy.put', { body: signals as never }, asSeen(tags.signalPolicy)))
    const answer = { settings, signalPolicy }
    call.show(answer, () => policyBlocks(answer))
    return 0
  },
})

/** Without those that were taken away. */
function twoPersonOf({ settings }: Policies, given: readonly string[]): Record<string, string[]> {
  const rules: Record<string, string[]> = { ...settings.twoPerson }
  for (const text of given) {
    const [environment, what] = halves(text, '=', '--two-person', 'prod=retire,kill')
    const decisions = what === '' ? [] : what.split(',')
    const wrong = decisions.find(one => !(decisionsOfTwo as readonly string[]).includes(one))
    if (wrong !== undefined) throw usage(`--two-person: "${wrong}" is none of ${decisionsOfTwo.join(', ')}.`)
    if (decisions.length === 0) delete rules[environment]
    else rules[environment] = decisions
  }
  return rules
}

interface SignalOptions {
  reaction: readonly string[]
  killsPerHour: readonly string[]
  group: number | undefined
}

/** null: nothing is said about signals. */
function signalsOf(
  { signalPolicy }: Policies,
  { group, killsPerHour, reaction }: SignalOptions,
): object | null {
  if (reaction.length === 0 && killsPerHour.length === 0 && group === undefined) return null
  const reactions = structuredClone(signalPolicy.reactions) as Record<string, Record<string, string>>
  for (const text of reaction) {
    const [where, what] = halves(text, '=', '--reaction', 'prod:leak=rotate')
    const [environment, kind] = halves(where, ':', '--reaction', 'prod:leak=rotate')
    const of = { ...reactions[environment] }
    if (what === '') delete of[kind]
    else of[kind] = what
    if (Object.keys(of).length === 0) delete reactions[environment]
    else reactions[environment] = of
  }
  const most = { ...signalPolicy.killsPerHour }
  for (const text of killsPerHour) {
    const [environment, number] = halves(text, '=', '--kills-per-hour', 'prod=3')
    if (number === '') delete most[environment]
    else if (/^\d{1,5}$/.test(number)) most[environment] = Number(number)
    else throw usage(`--kills-per-hour: "${number}" is no number.`)
  }
  return { reactions, killsPerHour: most, groupMs: group ?? signalPolicy.groupMs }
}

function halves(text: string, mark: string, name: string, example: string): [string, string] {
  const at = text.indexOf(mark)
  if (at < 1) throw usage(`${name}: "${text}" cannot be read.`, `Give it as ${example}.`)
  return [text.slice(0, at), text.slice(at + 1)]
}

export const verbs: readonly Verb[] = [show, set]
