// Where a kill stands, in figures and in a sentence. It is over when everything is confirmed, and never merely "ok".
import type { KillView } from '@rekey/wire'

export type Killed = KillView['killed'][number]
export type Step = Killed['steps'][number]
export type Holder = Killed['holders'][number]
export type StepName = Step['step']

export const stepWords: Record<StepName, { name: string; means: string }> = {
  record: { name: 'Recorded', means: 'the order is durable' },
  halt: { name: 'Halted', means: 'every holder has confirmed' },
  revoke: { name: 'Revoked', means: 'the target refuses it' },
  mint: { name: 'Minted', means: 'another version was made' },
  probe: { name: 'Probed', means: 'the target accepts the new one' },
  publish: { name: 'Published', means: 'it is assigned to everybody' },
  resume: { name: 'Resumed', means: 'everybody works again' },
  notify: { name: 'Notified', means: 'people and webhooks were told' },
}

/** As they follow one another. */
export const stepOrder: readonly StepName[] = [
  'record',
  'halt',
  'revoke',
  'mint',
  'probe',
  'publish',
  'resume',
  'notify',
]

export const stateWords: Record<Step['state'], string> = {
  confirmed: 'confirmed',
  unconfirmed: 'unconfirmed',
  'not-needed': 'not needed',
}

export interface Standing {
  versions: number
  /** Of versions: those whose target has been seen to refuse them. */
  refused: number
  holders: number
  confirmed: number
  resumed: number
  /** Nothing more will come, and nobody has to do anything. */
  isOver: boolean
  text: string
}

const stateOf = ({ steps }: Killed, name: StepName) => steps.find(one => one.step === name)?.state

export function standingOf({ killed, unconfirmed }: Pick<KillView, 'killed' | 'unconfirmed'>): Standing {
  const versions = killed.length
  const refused = killed.filter(one => stateOf(one, 'revoke') === 'confirmed').length
  const resumed = killed.filter(one => stateOf(one, 'resume') !== 'unconfirmed').length
  const all = killed.flatMap(one => one.holders)
  const confirmed = all.filter(one => one.state === 'confirmed').length
  const isOver =
    unconfirmed.length === 0 && killed.every(one => one.steps.every(step => step.state !== 'unconfirmed'))
  return {
    versions,
    refused,
    resumed,
    holders: all.length,
    confirmed,
    isOver,
    text: textOf({ versions, refused, resumed, holders: all.length, confirmed }, killed.every(isHalted)),
  }
}

export const count = (value: number) => value.toLocaleString('en-GB')

/** Every known holder has confirmed; before it is known who they are, nobody has. */
export const isHalted = (killed: Killed) => stateOf(killed, 'halt') === 'confirmed'

function textOf(
  { versions, refused, resumed, holders, confirmed }: Omit<Standing, 'isOver' | 'text'>,
  areHalted: boolean,
): string {
  const held =
    holders === 0
      ? areHalted
        ? 'Nobody is known to hold it.'
        : 'Whoever is connected is being told.'
      : confirmed === holders
        ? `All ${count(holders)} known holders have confirmed.`
        : `${count(confirmed)} of ${count(holders)} known holders have confirmed.`
  const only = versions === 1
  const atTarget =
    refused === versions
      ? only
        ? 'The target refuses it.'
        : `All ${versions} versions are refused at their targets.`
      : only
        ? 'The target has not been seen to refuse it.'
        : `${refused} of ${versions} versions are refused at their targets.`
  const back =
    resumed === versions
      ? 'Everybody works again.'
      : only
        ? 'Not everybody has been seen to work again.'
        : `For ${resumed} of ${versions} versions everybody has been seen to work again.`
  return `${held} ${atTarget} ${back}`
}

/** Unconfirmed first, then those that took longest. */
export function inOrder(holders: readonly Holder[]): readonly Holder[] {
  return [...holders].sort(
    (a, b) =>
      Number(a.state === 'confirmed') - Number(b.state === 'confirmed') ||
      (b.afterMs ?? -1) - (a.afterMs ?? -1) ||
      a.instance.localeCompare(b.instance),
  )
}
