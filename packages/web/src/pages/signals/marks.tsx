// What a signal is and what was done about it, as marks.
import type { SignalView } from '@rekey/wire'
import { Mark, type Tone } from '../../parts/mark.tsx'
import type { Reaction } from './words.ts'

const stateTones: Record<SignalView['state'], Tone> = { open: 'bad', done: 'good', dismissed: 'plain' }
export const StateMark = ({ state }: Pick<SignalView, 'state'>) => (
  <Mark tone={stateTones[state]}>{state}</Mark>
)

const reactionTones: Record<Reaction, Tone> = {
  note: 'plain',
  page: 'warn',
  suspend: 'warn',
  rotate: 'mark',
  kill: 'bad',
}
export const ReactionMark = ({ reaction }: { reaction: Reaction }) => (
  <Mark tone={reactionTones[reaction]}>{reaction}</Mark>
)
