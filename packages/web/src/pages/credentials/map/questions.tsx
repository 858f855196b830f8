// The five questions that anyone may ask of a credential, each with its answer in short; and what would stop the next rotation.
import { useState } from 'react'
import { to } from '../../../address.ts'
import { Mark, type Tone } from '../../../parts/mark.tsx'
import { Sentence } from '../../../parts/sentence.tsx'
import { Lasts, When } from '../../../parts/time.tsx'
import type { Answers, Item, Question } from './answers.ts'

const fewest = 3

export const Questions = ({
  credential,
  questions,
}: {
  credential: string
  questions: readonly Question[]
}) => (
  <section aria-label="The five questions" className="questions">
    {questions.map(one => (
      <QuestionCard key={one.id} credential={credential} question={one} />
    ))}
  </section>
)

function QuestionCard({ credential, question }: { credential: string; question: Question }) {
  const { title, none, answers, id } = question
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? answers : answers.slice(0, fewest)
  return (
    <div className="card question">
      <div className="row between">
        <h3>{title}</h3>
        <Mark tone={id === 'unknown' && answers.length > 0 ? 'warn' : 'plain'}>{answers.length}</Mark>
      </div>
      {answers.length === 0 ? (
        <p className="small soft">{none}</p>
      ) : (
        <ul role="list" className="stack-s small">
          {shown.map(({ ref, note, atMs, lastsMs }) => (
            <li key={`${ref.consumer} ${note}`} className="anywhere">
              <a href={to('consumers', credential, ref.consumer)}>{ref.name}</a>
              <span className="soft">
                {note !== null && `: ${note}`}
                {lastsMs !== undefined && (
                  <>
                    {note === null ? ': ' : ', '}
                    up to <Lasts ms={lastsMs} />
                  </>
                )}
                {atMs !== undefined && (
                  <>
                    {note === null ? ': ' : ', '}
                    {atMs === null ? 'never seen to run' : <When ms={atMs} />}
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      {answers.length > fewest && (
        <div>
          <button
            type="button"
            className="plain small"
            aria-expanded={isWhole}
            onClick={() => setWhole(!isWhole)}
          >
            {isWhole ? 'Fewer' : `And ${answers.length - fewest} more`}
            <span className="hidden"> of: {title}</span>
          </button>
        </div>
      )}
    </div>
  )
}

const verdicts: Record<NonNullable<Answers['verdict']>, [tone: Tone, text: string]> = {
  ready: ['good', 'ready'],
  'ready-with-warnings': ['warn', 'ready, with warnings'],
  'not-ready': ['bad', 'not ready'],
}
const advices: Record<string, string> = { split: 'split it', 'slow-down': 'go slower', replace: 'replace it' }

export function Readiness({ credential, answers }: { credential: string; answers: Answers }) {
  const { verdict, readiness, advice } = answers
  const sorted = [...readiness].sort((a, b) => Number(b.blocks) - Number(a.blocks))
  const [tone, text] = verdict === null ? (['plain', 'not known'] as const) : verdicts[verdict]
  return (
    <section className="card stack" aria-labelledby="ready">
      <div className="row">
        <h2 id="ready">For its next rotation it is</h2>
        <Mark tone={tone}>{text}</Mark>
      </div>
      {sorted.length === 0 && advice.length === 0 && (
        <p>Nothing is missing, and there is nothing to advise.</p>
      )}
      <div className="columns">
        <Items
          title="What is missing"
          credential={credential}
          items={sorted.map(one => ({ ...one, mark: null }))}
        />
        <Items
          title="Advice"
          credential={credential}
          items={advice.map(one => ({ ...one, mark: advices[one.advice] ?? one.advice }))}
        />
      </div>
    </section>
  )
}

function Items({
  title,
  credential,
  items,
}: {
  title: string
  credential: string
  items: readonly (Item & { mark: string | null })[]
}) {
  const [isWhole, setWhole] = useState(false)
  if (items.length === 0) return null
  const shown = isWhole ? items : items.slice(0, fewest)
  return (
    <div className="stack-s">
      <h3>
        {title} <span className="soft">{items.length}</span>
      </h3>
      <ul role="list" className="stack-s">
        {shown.map(one => (
          <li key={one.text} className="unready">
            <span>
              {one.blocks && <Mark tone="bad">stops it</Mark>}{' '}
              {one.mark !== null && <Mark tone="mark">{one.mark}</Mark>} <Sentence>{one.text}</Sentence>
              <span className="how">{one.how}</span>
            </span>
            <Mend credential={credential} item={one} />
          </li>
        ))}
      </ul>
      {items.length > fewest && (
        <div>
          <button
            type="button"
            className="plain small"
            aria-expanded={isWhole}
            onClick={() => setWhole(!isWhole)}
          >
            {isWhole ? 'Fewer' : `And ${items.length - fewest} more`}
            <span className="hidden"> of: {title}</span>
          </button>
        </div>
      )}
    </div>
  )
}

/** Where it is mended: at the consumer that it is about, or at the credential. */
function Mend({ credential, item: { consumers, text } }: { credential: string; item: Item }) {
  const [first] = consumers
  if (consumers.length > 1) return null
  const href =
    first === undefined ? to('credentials', credential, 'edit') : to('consumers', credential, first)
  if (first === undefined && /consumer/i.test(text))
    return (
      <a className="button" href={to('consumers', credential, 'new')}>
        Add one
      </a>
    )
  // What nobody can enter is not mended by a form.
  if (first === undefined && !/owner/i.test(text)) return null
  return (
    <a className="button" href={href}>
      Mend it<span className="hidden">: {text}</span>
    </a>
  )
}
