// A sentence on a page: its names are links.
import type { EventView } from '@rekey/wire'
import { Fragment } from 'react'
import { stepOf } from './said/of-rotations.ts'
import type { Sentence } from './said/piece.ts'
import { sentenceOf } from './said/sentence.ts'

export const SentenceOf = ({ event }: { event: EventView }) => <Pieces of={sentenceOf(event)} />

/** On the page of the rotation that it is a step of. */
export const StepOf = ({ event }: { event: EventView }) => <Pieces of={stepOf(event) ?? sentenceOf(event)} />

const Pieces = ({ of }: { of: Sentence }) =>
  of.map((piece, at) => (
    <Fragment key={at}>{typeof piece === 'string' ? piece : <a href={piece.href}>{piece.text}</a>}</Fragment>
  ))
