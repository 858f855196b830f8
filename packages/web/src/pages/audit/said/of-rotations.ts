// The steps of rotations.
import type { EventView } from '@rekey/wire'
import { type Sentence, say, type Telling, Told } from './piece.ts'
import { words } from './words.ts'

/** Each begins with the rotation, and says of which credential it is. */
const steps: Readonly<Record<string, (one: Told) => string | Sentence>> = {
  rotationOpened: one => `was opened${triggerText(one.under('trigger'))}`,
  rotationStarted: () => 'was started',
  effectIntended: one =>
    `is about to ${verb(one).now} the ${one.text('side')} version (${one.text('version')})`,
  effectDone: one => `${verb(one).done} the ${one.text('side')} version${resultText(one.under('result'))}`,
  effectFailed: one =>
    `could not ${verb(one).now} the ${one.text('side')} version${one.under('problem').because('text')}`,
  valueLost: one =>
    `lost the value of version ${one.text('version')} on its way: the number is not used again, and the value is cleared away`,
  versionDiscarded: one => `discarded version ${one.text('version')}, which its target refuses for good`,
  waveMoved: one =>
    `moved wave ${wave(one)} to the ${one.text('to')} version: ${one.names('consumers', 'nobody')}`,
  waveSettled: one => `has settled wave ${wave(one)}`,
  consumerMoved: one => say`moved ${one.consumer()} to the ${one.text('to')} version${one.because('reason')}`,
  consumerJoined: one =>
    say`was joined by ${one.under('owed').consumer()}, who owes evidence like the others`,
  retirementApproved: () => 'may retire the old version: somebody approved it',
  retirementDecided: one => `will retire the ${one.text('leaving')} version: every gate was open`,
  recoveryProved: () => 'has proved that everybody works on the version that they should',
  gateOverridden: one =>
    say`overrode the gate ${words(one.text('gate'))}${one.data['consumer'] === null ? '' : ' for '}${one.data['consumer'] === null ? '' : one.consumer()}${one.because('reason')}`,
  watchPassed: () => 'saw nobody reach for the version that was disabled',
  versionReinstated: one => `gave the ${one.text('side')} version back${one.because('because')}`,
  courseChanged: one => `${courseText(one)}${one.because('because')}`,
  rotationHeld: one => `is held${one.because('reason')}`,
  rotationReleased: () => 'was let go on',
  rotationContained: one => `is contained: nothing expands, nothing is retired${one.because('cause')}`,
  consumerRestricted: one =>
    say`restricted ${one.consumer()}${one.data['frozen'] === true ? ', who is given no value either' : ''}${one.because('reason')}`,
  restrictionLifted: one => say`lifted the restriction of ${one.consumer()}${one.because('reason')}`,
  rotationResumed: () => 'was resumed after its containment',
  rotationStuck: one => `is stuck${one.under('problem').because('text')}`,
  rotationEscalated: one => `was told of to ${one.data['to'] === null ? 'everybody' : one.text('to')}`,
  rotationRetried: one => `is tried again where it was stuck${one.because('reason')}`,
  windowOverdue: one =>
    `has had two valid versions for longer than planned; ${one.data['owner'] === null ? 'it has no owner who could be told' : `its owner ${one.text('owner')} was told`}`,
  rotationEnded: one => `has ended: ${one.text('ending')}${one.because('because')}`,
}

export const ofRotations: Readonly<Record<string, Telling>> = Object.fromEntries(
  Object.entries(steps).map(([type, step]): [string, Telling] => [
    type,
    one => [one.rotation, ' of ', one.credential, ' ', ...piecesOf(step(one))],
  ]),
)

const piecesOf = (said: string | Sentence): Sentence => (typeof said === 'string' ? [said] : said)

/** Where it is plain which rotation it is: "Minted the new version". null: it is no step of one. */
export function stepOf(event: EventView): Sentence | null {
  const step = Object.hasOwn(steps, event.type) ? steps[event.type] : undefined
  if (step === undefined) return null
  const [first = '', ...rest] = piecesOf(step(new Told(event)))
  return [typeof first === 'string' ? first.charAt(0).toUpperCase() + first.slice(1) : first, ...rest]
}

/** That it was done is said already. */
function resultText(result: Told): string {
  const is = result.text('is')
  if (is === 'rights') {
    const diff = result.under('diff')
    const [missing, extra] = [diff.list('missing').length, diff.list('extra').length]
    return missing + extra === 0 ? ': they are the same' : `: ${missing} are missing, ${extra} are more`
  }
  return is === 'done' || is === 'minted' ? '' : `: ${words(is)}`
}

function triggerText(trigger: Told): string {
  switch (trigger.text('why')) {
    case 'time':
      return ': it is time'
    case 'event':
      return `: ${words(trigger.text('event'))}`
    case 'person':
    case 'incident':
      return ` by ${trigger.text('by')}${trigger.because('reason')}`
    case '…':
      return ''
    default:
      return `: ${words(trigger.text('why'))} ${trigger.text('seen')} of ${trigger.text('limit')}`
  }
}

function courseText(one: Told): string {
  if (one.list('revoked').length > 0) return `revokes version ${one.names('revoked')} before all else`
  const to = one.text('to')
  if (to === 'rolled-back') return 'goes back to the old version'
  return to === 'aborted' ? 'is given up' : 'goes on another course'
}

/** Waves are counted from 0 in the record, and from 1 by people. */
const wave = (one: Told) => String((one.number('wave') ?? 0) + 1)

const verbs: Readonly<Record<string, { now: string; done: string }>> = {
  mint: { now: 'mint', done: 'minted' },
  probe: { now: 'probe', done: 'probed' },
  disable: { now: 'disable', done: 'disabled' },
  enable: { now: 'enable', done: 'enabled' },
  destroy: { now: 'destroy', done: 'destroyed' },
  endSessions: { now: 'end the sessions of', done: 'ended the sessions of' },
  compareRights: { now: 'compare the rights of', done: 'compared the rights of' },
}
const verb = (one: Told) => {
  const name = one.text('verb')
  return verbs[name] ?? { now: words(name), done: `carried out "${words(name)}" on` }
}
