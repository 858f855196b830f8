// A sentence on a page: its names are links.
import type { EventView } from '@rekey/wire'
import { Fragment } from 'react'
import { sentenceOf } from './said/sentence.ts'

export const SentenceOf = ({ event }: { event: EventView }) =>
  sentenceOf(event).map((piece, at) => (
    <Fragment key={at}>{typeof piece === 'string' ? piece : <a href={piece.href}>{piece.text}</a>}</Fragment>
  ))
