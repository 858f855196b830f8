// What a person can decide about a rotation: in which phases, with which right, and what it brings about.
import type { Operation } from '../../api/ask.ts'

export interface Decision {
  do: string
  operation: Operation & `decisions.${string}`
  text: string
  about: string
  right: 'operate' | 'decide'
  phases: readonly string[]
  grave?: boolean
  /** What the reason is called in the body; without it none is asked. */
  reason?: 'reason' | 'cause'
  /**
   * It goes forward, so it stands on what the person saw: if the rotation has changed meanwhile it is refused. What stops or turns back
   * works whatever happened.
   */
  asSeen?: boolean
}

const underway = ['running', 'held', 'contained', 'stuck'] as const

export const decisions: readonly Decision[] = [
  {
    do: 'start',
    operation: 'decisions.start',
    text: 'Start now',
    about: 'It begins now and not at its time. The gaps of the plan still stop it.',
    right: 'operate',
    phases: ['planned'],
    asSeen: true,
  },
  {
    do: 'release',
    operation: 'decisions.release',
    text: 'Let it go on',
    about: 'It goes on where it was held.',
    right: 'operate',
    phases: ['held'],
    asSeen: true,
  },
  {
    do: 'resume',
    operation: 'decisions.resume',
    text: 'Resume',
    about:
      'The containment ends, and it goes on. It is refused until each consumer has shown one clean success since.',
    right: 'decide',
    phases: ['contained'],
    asSeen: true,
  },
  {
    do: 'retry',
    operation: 'decisions.retry',
    text: 'Try again',
    about: 'It tries again where it is stuck. What has been done already is not done twice.',
    right: 'operate',
    phases: ['stuck'],
    reason: 'reason',
    asSeen: true,
  },
  {
    do: 'hold',
    operation: 'decisions.hold',
    text: 'Hold',
    about: 'It waits where it is until somebody lets it go on. The window goes on running.',
    right: 'operate',
    phases: ['running'],
    reason: 'reason',
  },
  {
    do: 'contain',
    operation: 'decisions.contain',
    text: 'Contain',
    about:
      'Nothing expands and nothing is retired. Each consumer is looked at: what it acts on, and whether it can be trusted.',
    right: 'operate',
    phases: ['running', 'held', 'stuck'],
    reason: 'cause',
  },
  {
    do: 'roll-back',
    operation: 'decisions.rollBack',
    text: 'Roll back',
    about: 'Everyone is moved back to the old version, and the new one is ended once nobody needs it.',
    right: 'operate',
    phases: underway,
    reason: 'reason',
    grave: true,
  },
  {
    do: 'abort',
    operation: 'decisions.abort',
    text: 'Give it up',
    about: 'The rotation ends without a new version in use. What was minted is cleared away.',
    right: 'operate',
    phases: ['planned', ...underway],
    reason: 'reason',
    grave: true,
  },
]
