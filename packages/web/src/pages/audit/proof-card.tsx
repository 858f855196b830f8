// The proof of one event: fetched, and checked in this browser.
import type { EventView } from '@rekey/wire'
import { useEffect, useRef, useState } from 'react'
import { Mark } from '../../parts/mark.tsx'
import { ErrorNotice, Notice } from '../../parts/notice.tsx'
import { Card } from '../../parts/page.tsx'
import type { Growth } from '../../proof/growth.ts'
import { canHash } from '../../proof/hash.ts'
import { judgeKey, type KeyVerdict, type Known, lastSeen, seen } from '../../proof/known.ts'
import { type Checked, checkEvent, checkGrowth, evidenceFor } from './check.ts'
import { download } from './download.ts'
import { evidenceText } from './evidence.ts'
import { logAsks, useKnownLog } from './known-log.ts'
import { Offline } from './offline.tsx'
import { outcomeTones, Steps } from './steps.tsx'
import { GrowthNotice, KeyNotice } from './trust.tsx'

interface Result extends Checked {
  key: KeyVerdict
  /** What was known before. */
  before: Known | null
  isKept: boolean
  growth: Growth | null
}

type State =
  | { is: 'idle' }
  | { is: 'checking' }
  | { is: 'failed'; error: unknown }
  | { is: 'checked'; result: Result }

export function ProofCard({ event }: { event: EventView }) {
  const { known, keep } = useKnownLog()
  const [state, setState] = useState<State>({ is: 'idle' })
  const isHere = useRef(true)
  useEffect(() => {
    isHere.current = true
    return () => {
      isHere.current = false
    }
  }, [])
  const check = async (before: Known | null) => {
    setState({ is: 'checking' })
    try {
      const result = await checked(event, before, keep)
      if (isHere.current) setState({ is: 'checked', result })
    } catch (error) {
      if (isHere.current) setState({ is: 'failed', error })
    }
  }
  /** What was checked, or as it is given: whoever reads the file checks it anyway. */
  const keepEvidence = async () => {
    try {
      const evidence = state.is === 'checked' ? state.result.evidence : await evidenceFor(logAsks, event)
      const text = evidenceText(event, evidence)
      download(`rekey-event-${event.position}.json`, 'application/json', [text])
    } catch (error) {
      setState({ is: 'failed', error })
    }
  }
  return (
    <Card title="Proof" aside={event.leaf === null ? 'not sealed yet' : `leaf ${event.leaf} of the log`}>
      <div className="stack">
        <p>
          The event is a leaf of a tree of hashes whose root is signed. Here your browser computes the way
          from the event on this page up to that root by itself, and checks the signature: nobody has to be
          believed, the control plane neither.
        </p>
        {!canHash() && <NoCryptography />}
        <div className="row">
          {canHash() && (
            <button
              type="button"
              className="first"
              aria-disabled={state.is === 'checking'}
              onClick={() => state.is !== 'checking' && void check(known)}
            >
              {state.is === 'checking'
                ? 'Checking …'
                : state.is === 'checked'
                  ? 'Verify again'
                  : 'Verify here'}
            </button>
          )}
          <button type="button" onClick={() => void keepEvidence()}>
            Keep the evidence as a file
          </button>
        </div>
        <div aria-live="polite" className="stack">
          {state.is === 'failed' && (
            <ErrorNotice error={state.error} title="The proof could not be had, so nothing was checked." />
          )}
          {state.is === 'checked' && (
            <Outcome
              result={state.result}
              onTrust={() => {
                keep(null)
                void check(null)
              }}
            />
          )}
        </div>
        <Offline />
      </div>
    </Card>
  )
}

async function checked(
  event: EventView,
  before: Known | null,
  keep: (known: Known) => boolean,
): Promise<Result> {
  const found = await checkEvent(logAsks, event)
  const { checkpoint, key } = found.verdict
  const judged = judgeKey(before, found.evidence.key)
  const result = { ...found, key: judged, before, isKept: true, growth: null }
  if (checkpoint === null || key === null || judged === 'changed') return result
  const { growth, upTo, isAnew } = await checkGrowth(logAsks, lastSeen(before), checkpoint, key)
  const isKept = upTo === null || keep(seen(isAnew ? null : before, found.evidence.key, upTo, Date.now()))
  return { ...result, isKept, growth }
}

interface OutcomeParts {
  result: Result
  onTrust: () => void
}

function Outcome({ result, onTrust }: OutcomeParts) {
  const { verdict, evidence, key, before, isKept, growth } = result
  const isDoubtful = verdict.outcome === 'holds' && (key === 'changed' || growth?.is === 'forked')
  return (
    <>
      <p className="row proof-verdict">
        <Mark tone={isDoubtful ? 'bad' : outcomeTones[verdict.outcome]}>
          {isDoubtful ? 'doubtful' : verdict.outcome}
        </Mark>
        <strong>{verdictText(result)}</strong>
      </p>
      <KeyNotice verdict={key} known={before} keyText={evidence.key} isKept={isKept} onTrust={onTrust} />
      {growth !== null && <GrowthNotice growth={growth} seenMs={before?.seenMs ?? null} />}
      {growth?.is === 'forked' && (
        <div className="columns">
          <pre tabIndex={0}>{before?.note}</pre>
          <pre tabIndex={0}>{verdict.checkpoint?.note}</pre>
        </div>
      )}
      <Steps steps={verdict.steps} />
    </>
  )
}

function verdictText({ verdict, key, growth }: Result): string {
  const { outcome, checkpoint } = verdict
  if (outcome === 'fails') return 'It does not hold: the event on this page is not what was sealed.'
  if (outcome === 'unknown') return 'It could not be checked to the end.'
  if (key === 'changed') return 'It holds under a key that this browser does not know.'
  if (growth?.is === 'forked') return 'It holds in a log that is not the one this browser knew.'
  return `It is proved: this event is in the log of ${checkpoint?.size.toLocaleString('en-GB')} events, as it stands here.`
}

export const NoCryptography = () => (
  <Notice tone="warn" title="Your browser gives this page no cryptography.">
    <p>
      It came over plain HTTP, and browsers give cryptography only to pages that came over HTTPS, or from this
      machine itself (localhost). Whatever came over an open wire could have been changed on its way, this
      page with it. Open the control plane by its HTTPS address, or check the evidence offline.
    </p>
  </Notice>
)
