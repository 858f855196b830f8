// What went wrong, with what to do about it; and what went well, said for a moment.
import type { Problem } from '@rekey/wire'
import { type ReactNode, useSyncExternalStore } from 'react'
import { to, withQuery } from '../address.ts'
import type { Operation } from '../api/ask.ts'
import { AwayError, ProblemError } from '../api/ask.ts'
import type { Asked } from '../api/use.ts'
import { putAway, saidNow, watchSaid } from './said.ts'
import { When } from './time.tsx'

export { say } from './said.ts'

export function Notice({
  tone = 'plain',
  title,
  children,
}: {
  tone?: string
  title?: string
  children?: ReactNode
}) {
  return (
    <div className="notice" data-is={tone}>
      {title && <strong>{title}</strong>}
      {children}
    </div>
  )
}

/** Every reason at once, each with how to get on. */
export function ErrorNotice({ error, title }: { error: unknown; title?: string }) {
  if (error === null || error === undefined) return null
  if (error instanceof ProblemError)
    return <ProblemNotice problem={error.problem} {...(title && { title })} />
  const isAway = error instanceof AwayError
  return (
    <div role="alert">
      <Notice
        tone="bad"
        title={title ?? (isAway ? 'The control plane does not answer.' : 'This page failed.')}
      >
        <p>
          {isAway
            ? 'Nothing that you entered is lost. It is tried again as soon as there is a connection.'
            : String(error instanceof Error ? error.message : error)}
        </p>
      </Notice>
    </div>
  )
}

function ProblemNotice({ problem, title }: { problem: Problem; title?: string }) {
  const { detail, how, faults = [] } = problem
  if (problem.code === 'needs-second-person') return <WaitsForSecond problem={problem} />
  return (
    <div role="alert">
      <Notice tone="bad" title={title ?? problem.title}>
        {detail && <p>{detail}</p>}
        {how && <p>{how}</p>}
        {faults.length > 0 && (
          <ul>
            {faults.map((fault, at) => (
              <li key={at}>
                {fault.text} {fault.how}
                {fault.missing && fault.missing.length > 0 && (
                  <ul>
                    {fault.missing.map(one => (
                      <li key={`${one.gate}${one.what}${one.consumer}`}>
                        {one.text} {one.how}
                      </li>
                    ))}
                  </ul>
                )}
              </li>
            ))}
          </ul>
        )}
      </Notice>
    </div>
  )
}

/** Nothing failed: it is written down, and waits for somebody else. */
function WaitsForSecond({ problem }: { problem: Problem }) {
  return (
    <div role="alert">
      <Notice tone="warn" title={problem.title}>
        {problem.detail && <p>{problem.detail}</p>}
        <p>
          It is not done yet. What you asked for is kept as a proposal; somebody else who may decide there
          agrees or declines, and it runs out after a while.{' '}
          <a href={withQuery(to('people', 'proposals'), { proposal: problem.id })}>See the proposal</a>, and
          send that page to them.
        </p>
      </Notice>
    </div>
  )
}

function Failed({ error, again, space }: { error: unknown; again: () => void; space: 'stack' | 'stack-s' }) {
  return (
    <div className={space}>
      <ErrorNotice error={error} />
      <div>
        <button type="button" onClick={again}>
          Try again
        </button>
      </div>
    </div>
  )
}

interface SoFarParts {
  count: number
  isWhole: boolean
  error: unknown
  again: () => void
}

/** Of a list that is read page after page: how much of it is there, or why no more comes. */
export function SoFar({ count, isWhole, error, again }: SoFarParts) {
  if (error) return <Failed error={error} again={again} space="stack-s" />
  if (isWhole) return null
  return (
    <p className="small soft" role="status">
      {count === 0 ? 'Loading …' : `${count.toLocaleString('en-GB')} so far, more are on their way …`}
    </p>
  )
}

/** What was asked: while it is on its way, when it failed, and when it is there. What was seen before stays. */
export function Await<O extends Operation>({
  asked,
  children,
}: {
  asked: Asked<O>
  children: (data: NonNullable<Asked<O>['data']>) => ReactNode
}) {
  const { data, error, atMs, again } = asked
  if (data === undefined || data === null) {
    if (!error) return <p className="loading">Loading…</p>
    return <Failed error={error} again={again} space="stack" />
  }
  return (
    <>
      {error ? (
        <Notice tone="warn">
          <span className="row between">
            <span>
              What you see is from <When ms={atMs} />:{' '}
              {error instanceof Error ? error.message : 'it could not be asked anew.'}
            </span>
            <button type="button" onClick={again}>
              Try again
            </button>
          </span>
        </Notice>
      ) : null}
      {children(data)}
    </>
  )
}

export function SaidLately() {
  const lately = useSyncExternalStore(watchSaid, saidNow)
  return (
    <div className="said" role="status" aria-live="polite">
      {lately.map(({ id, text, tone }) => (
        <div key={id} className="notice" data-is={tone}>
          <span>{text}</span>
          <button type="button" className="plain icon" aria-label="Put it away" onClick={() => putAway(id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  )
}

/** Over a form that somebody else was faster with. */
export const Meanwhile = () => (
  <div role="status">
    <Notice tone="warn" title="It changed while you were at it.">
      <p>
        What somebody else saved is in what you see, and what you entered stands on top of it. Look at it once
        more.
      </p>
    </Notice>
  </div>
)
