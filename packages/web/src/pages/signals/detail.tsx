// One signal: what a person can do, what was decided and why, what came of it, and what was said. Never a value.
import type { SignalView } from '@rekey/wire'
import { useState } from 'react'
import { setQuery, to, useAddress } from '../../address.ts'
import { needsText, useMay } from '../../api/rights.ts'
import { useAsk } from '../../api/use.ts'
import { Button } from '../../parts/button.tsx'
import { Await } from '../../parts/notice.tsx'
import { Card, Page } from '../../parts/page.tsx'
import { forScreen } from '../../parts/screen-words.ts'
import { Sentence } from '../../parts/sentence.tsx'
import { Instant, When } from '../../parts/time.tsx'
import { DismissSignal, KillFromSignal } from './dialogs.tsx'
import { ReactionMark, StateMark } from './marks.tsx'
import { Said } from './said.tsx'
import { adviceOf, kindWords, reactionMeans, subjectText } from './words.ts'

export function SignalDetail({ id }: { id: string }) {
  const asked = useAsk('signals.get', { params: { id } })
  const { data } = asked
  return (
    <Page
      title={data === undefined ? 'A signal' : kindWords[data.kind].name}
      crumbs={<a href={to('signals')}>Signals</a>}
      about={data === undefined ? undefined : data.summary}
    >
      <Await asked={asked}>{signal => <Whole signal={signal} />}</Await>
    </Page>
  )
}

function Whole({ signal }: { signal: SignalView }) {
  const { credential, environment, state, count, firstMs, lastMs } = signal
  return (
    <div className="stack">
      <p className="row">
        <StateMark state={state} />
        <span>
          About{' '}
          {credential === null ? (
            subjectText(signal)
          ) : (
            <a href={to('credentials', credential)}>{subjectText(signal)}</a>
          )}
          {environment !== null && <span className="soft"> in {environment}</span>}
        </span>
        <span className="soft">
          {count === 1 ? 'told once, ' : `told ${count.toLocaleString('en-GB')} times, last `}
          <When ms={lastMs} />
          {count > 1 && (
            <>
              , first <When ms={firstMs} />
            </>
          )}
        </span>
      </p>
      <WhatToDo signal={signal} />
      <div className="columns">
        <Decided signal={signal} />
        <Done signal={signal} />
      </div>
      <Said signal={signal} />
    </div>
  )
}

type Open = 'kill' | 'dismiss' | null

function WhatToDo({ signal }: { signal: SignalView }) {
  const { id, state, credential, environment, how } = signal
  const wished = useAddress().query.get('do')
  const [open, setOpen] = useState<Open>(wished === 'kill' || wished === 'dismiss' ? wished : null)
  const close = () => {
    setOpen(null)
    setQuery({ do: undefined })
  }
  const needs = { right: 'decide', environment } as const
  const lacks = useMay('decide', environment) ? null : needsText('decide', environment)
  const advice = adviceOf(how)
  return (
    <Card title={state === 'open' ? 'What you can do' : 'What a person could do'}>
      <div className="stack">
        {advice.length > 0 && (
          <ul className="advice">
            {advice.map(line => (
              <li key={line}>{forScreen(line)}</li>
            ))}
          </ul>
        )}
        <p>
          {credential === null
            ? 'Nothing that is known here is meant by it. Look at the place that it names, and find out whose value it is.'
            : state === 'open'
              ? 'If it is true, kill: the version is dead everywhere at once, and replaced. If it is not, dismiss it, and say why.'
              : state === 'dismissed'
                ? 'It was dismissed. If it was true after all, kill.'
                : 'It is dealt with.'}
        </p>
        {lacks !== null && <p className="soft">{lacks}</p>}
        <div className="row">
          <Button
            kind="grave"
            needs={needs}
            because={
              credential === null ? 'Nothing that is known here is meant: there is nothing to kill.' : null
            }
            onPress={() => setOpen('kill')}
          >
            Kill …
          </Button>
          {state !== 'dismissed' && (
            <Button needs={needs} onPress={() => setOpen('dismiss')}>
              Dismiss …
            </Button>
          )}
          {credential === null && (
            <a className="button" href={to('kills', 'new')}>
              Kill something else
            </a>
          )}
        </div>
      </div>
      {open === 'kill' && credential !== null && (
        <KillFromSignal signal={signal} lacks={lacks} onClose={close} />
      )}
      {open === 'dismiss' && <DismissSignal id={id} lacks={lacks} onClose={close} />}
    </Card>
  )
}

const Decided = ({ signal: { wanted, reaction, reasons } }: { signal: SignalView }) => (
  <Card title="What was decided">
    <div className="stack">
      <p className="row">
        <span>
          wanted: <ReactionMark reaction={wanted} />
        </span>
        <span aria-hidden="true">→</span>
        <span>
          decided: <ReactionMark reaction={reaction} />
        </span>
      </p>
      <p className="soft">{reactionMeans[reaction]}</p>
      <ol className="steps">
        {reasons.map(({ code, text }) => (
          <li key={code}>
            <Sentence>{text}</Sentence>
          </li>
        ))}
      </ol>
      <p className="small">
        <a href={to('people', 'signal-policy')}>What is done about which kind</a>
      </p>
    </div>
  </Card>
)

const Done = ({ signal: { did } }: { signal: SignalView }) => (
  <Card title="What was done">
    {did.length === 0 ? (
      <p className="soft">Nothing yet. It is in the record.</p>
    ) : (
      <ul role="list" className="stack">
        {did.map(({ atMs, did: what, text, kill, rotation }) => (
          <li key={`${atMs} ${what}`} className="stack-s">
            <span className="small soft">
              <Instant ms={atMs} /> · {what.replaceAll('-', ' ')}
            </span>
            <span>
              <Sentence>{text}</Sentence>
            </span>
            {(kill !== undefined || rotation !== undefined) && (
              <span className="row">
                {kill !== undefined && <a href={to('kills', kill)}>What came of the kill</a>}
                {rotation !== undefined && <a href={to('rotations', rotation)}>The rotation</a>}
              </span>
            )}
          </li>
        ))}
      </ul>
    )}
  </Card>
)
