// What a provider can do at its target, and what cannot be proved there, in words.
import { lengthText } from '../../parts/time-text.ts'

/** As the core declares it; the wire does not say its shape. */
export interface Abilities {
  maxLive: number
  secretFrom: 'us' | 'target'
  canDisable: boolean
  canEndSessions: boolean
  canList: boolean
  canCompareRights: boolean
  usage: 'perCaller' | 'sessions' | 'lastUsed' | 'none'
  usageLagMs: number
  propagationMs: number
  byHand: readonly string[]
  byHandMs?: number
}

export interface Ability {
  name: string
  /** One word for a table. */
  short: string
  text: string
  is: 'can' | 'partly' | 'cannot'
}

const usages: Record<Abilities['usage'], Omit<Ability, 'name'>> = {
  perCaller: {
    short: 'every use',
    text: 'It tells every use and by whom, and how far its word is complete.',
    is: 'can',
  },
  sessions: {
    short: 'who is connected',
    text: 'It tells who is connected at the moment of asking. That shows that a version is still used; it never proves that nobody uses it.',
    is: 'partly',
  },
  lastUsed: {
    short: 'when, not who',
    text: 'It tells when a version was last used, and not by whom.',
    is: 'partly',
  },
  none: {
    short: 'nothing',
    text: 'It tells nothing of who uses a version. That has to be seen by the SDK, the run wrapper, telemetry or a person’s word.',
    is: 'cannot',
  },
}

/** Whoever keeps more than this at a time keeps as many as are wanted. */
const many = 20

export function abilitiesInWords(given: Abilities): Ability[] {
  const { maxLive, secretFrom, canDisable, canEndSessions, canList, canCompareRights, usage, byHand } = given
  const yesOrNo = (name: string, can: boolean, yes: string, no: string): Ability => ({
    name,
    short: can ? 'yes' : 'no',
    text: can ? yes : no,
    is: can ? 'can' : 'cannot',
  })
  return [
    maxLive > 1
      ? {
          name: 'Two valid versions',
          short: maxLive >= many ? 'yes' : `up to ${maxLive}`,
          text: 'The old version goes on while consumers move to the new one.',
          is: 'can',
        }
      : {
          name: 'Two valid versions',
          short: 'no',
          text: 'A new value ends the old one: everybody moves at once, and the way back is another value.',
          is: 'cannot',
        },
    secretFrom === 'us'
      ? {
          name: 'Who makes the value',
          short: 'Rekey',
          text: 'Rekey makes it and seals it before the target is touched, so that a crash cannot lose it.',
          is: 'can',
        }
      : {
          name: 'Who makes the value',
          short: 'the target',
          text: 'The target makes it and shows it once. Where that answer is lost, the version is void and another is made.',
          is: 'partly',
        },
    { name: 'Tells who uses it', ...usages[usage] },
    yesOrNo(
      'Switch off and on',
      canDisable,
      'A version is switched off and watched before it is destroyed; whoever still needed it gets it back.',
      'A version can only be destroyed: whoever still needed it cannot have it back.',
    ),
    yesOrNo(
      'End sessions',
      canEndSessions,
      'Sessions that began with a version are ended with it.',
      'Sessions that began with a version may outlive it.',
    ),
    yesOrNo(
      'Compare rights',
      canCompareRights,
      'Before anyone moves it is checked that the new version may do what the old one may, no less and no more.',
      'Whether the new version may do what the old one may shows when it is used.',
    ),
    yesOrNo(
      'Find what was left behind',
      canList,
      'Values that no rotation owns are found every day, and cleared away.',
      'Values that a crash left behind at the target are not found.',
    ),
    ...(byHand.length === 0 ? [] : [hands(given)]),
  ]
}

function hands({ byHand, byHandMs }: Abilities): Ability {
  const within =
    byHandMs === undefined ? '' : ` Its owner is told when it takes longer than ${lengthText(byHandMs)}.`
  return {
    name: 'Done by a person',
    short: byHand.join(', '),
    text: `A person does this at the target, led by what the form says, and reports it: ${byHand.join(', ')}.${within}`,
    is: 'partly',
  }
}

/** What nobody can know at such a target, so that it has to be known by other means. */
export function notProved(given: Abilities): string[] {
  const { maxLive, canDisable, canList, canCompareRights, usage, usageLagMs, byHand } = given
  const said: string[] = []
  if (usage === 'none') said.push('Who uses a version: a user whom nobody registered stays unseen.')
  if (usage === 'sessions')
    said.push('That nobody uses a version: whoever comes and goes between two looks is not seen.')
  if (usage === 'lastUsed') said.push('Who used a version last: only when.')
  if (usageLagMs > 60_000)
    said.push(`What happened in the last ${lengthText(usageLagMs)}: it tells of a use so late.`)
  if (!canDisable)
    said.push(
      maxLive > 1
        ? 'That nobody needs the old version, by switching it off for a trial: it is destroyed at once.'
        : 'That the old version could have stayed: it ends with the next.',
    )
  if (!canCompareRights) said.push('That the new version has the same rights, before anyone is moved to it.')
  if (!canList) said.push('That nothing was left behind there.')
  if (byHand.includes('probe'))
    said.push('Whether a value is accepted or refused, by itself: a person says so.')
  return said
}

export interface Proof {
  short: string
  text: string
  is: 'can' | 'partly' | 'cannot'
}

export function proofOf(against: string | null): Proof {
  if (against === 'server')
    return {
      short: 'a real server',
      text: 'Whole rotations run against a real server, and are killed at every boundary.',
      is: 'can',
    }
  if (against === 'contract')
    return {
      short: 'the contract',
      text: 'Whole rotations run against a server of ours that keeps the published contract, and are killed at every boundary; not against the vendor itself.',
      is: 'partly',
    }
  return {
    short: 'nothing',
    text: 'It is one of your own: nothing of ours has tried it. Try it on a target that may break.',
    is: 'cannot',
  }
}
