// The steps of a rotation in a line each.
import type { EventView } from '@rekey/wire'

interface Data {
  verb?: string
  side?: string
  version?: number
  wave?: number
  to?: string
  consumer?: string
  consumers?: string[]
  reason?: string
  cause?: string
  because?: string | null
  ending?: string
  gate?: string
  result?: { is: string }
  problem?: { text: string }
}

const texts: Record<string, (data: Data) => string> = {
  rotationOpened: () => 'Opened, with its plan',
  rotationStarted: () => 'Started',
  effectIntended: one => `About to ${one.verb} the ${one.side} version (v${one.version})`,
  effectDone: one => `${verbText(one.verb)} the ${one.side} version: ${one.result?.is ?? 'done'}`,
  effectFailed: one => `Could not ${one.verb} the ${one.side} version: ${one.problem?.text ?? ''}`,
  valueLost: one => `The value of v${one.version} was lost on its way: the number is not used again`,
  versionDiscarded: one => `v${one.version} was discarded`,
  waveMoved: one =>
    `Wave ${(one.wave ?? 0) + 1} moved to the ${one.to} version: ${one.consumers?.join(', ') ?? ''}`,
  waveSettled: one => `Wave ${(one.wave ?? 0) + 1} stands`,
  consumerMoved: one => `${one.consumer} was moved to the ${one.to} version: ${one.reason}`,
  consumerJoined: () => 'A consumer joined, and owes evidence like the others',
  retirementApproved: () => 'Retirement was approved',
  retirementDecided: () => 'Retirement was decided: every gate was open',
  recoveryProved: () => 'Everyone works on the version that they should',
  gateOverridden: one => `The gate ${one.gate} was overridden: ${one.reason}`,
  watchPassed: () => 'Nobody reached for the disabled version',
  versionReinstated: one => `The ${one.side} version was given back: ${one.because}`,
  courseChanged: one => `The course was changed: ${one.because}`,
  rotationHeld: one => `Held: ${one.reason}`,
  rotationReleased: () => 'Let go on',
  rotationContained: one => `Contained: ${one.cause}`,
  consumerRestricted: one => `${one.consumer} was restricted: ${one.reason}`,
  restrictionLifted: one => `The restriction of ${one.consumer} was lifted: ${one.reason}`,
  rotationResumed: () => 'Resumed',
  rotationStuck: one => `Stuck: ${one.problem?.text ?? ''}`,
  rotationEscalated: () => 'Its owner was told',
  rotationRetried: one => `Tried again: ${one.reason}`,
  windowOverdue: () => 'Two versions have been valid for longer than planned',
  rotationEnded: one => `Ended: ${one.ending}${one.because ? ` (${one.because})` : ''}`,
}

export const happeningText = ({ type, data }: Pick<EventView, 'type' | 'data'>): string =>
  texts[type]?.(data as Data) ?? type

/** Intentions are in the record; here what came of them is enough. */
export const isStep = ({ type }: Pick<EventView, 'type'>) => type !== 'effectIntended'

const done: Record<string, string> = {
  mint: 'Minted',
  probe: 'Probed',
  disable: 'Disabled',
  enable: 'Enabled',
  destroy: 'Destroyed',
  endSessions: 'Ended the sessions of',
  compareRights: 'Compared the rights of',
}
const verbText = (verb = '') => done[verb] ?? verb
