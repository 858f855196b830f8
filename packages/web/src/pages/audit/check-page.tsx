// Evidence that somebody sent: checked in this browser, without asking the control plane.
import { useState } from 'react'
import { to } from '../../address.ts'
import { Mark } from '../../parts/mark.tsx'
import { Notice } from '../../parts/notice.tsx'
import { Card, Facts, Page } from '../../parts/page.tsx'
import { Instant } from '../../parts/time.tsx'
import { canHash } from '../../proof/hash.ts'
import { judgeKey } from '../../proof/known.ts'
import { type Verdict, verify } from '../../proof/verify.ts'
import { type ReadEvidence, readEvidence } from './evidence.ts'
import { useKnownLog } from './known-log.ts'
import { NoCryptography } from './proof-card.tsx'
import { actorText } from './said/sentence.ts'
import { SentenceOf } from './sentence.tsx'
import { outcomeTones, Steps } from './steps.tsx'

type Read = Extract<ReadEvidence, { ok: true }>['evidence']
type State = { why: string } | { evidence: Read; verdict: Verdict } | null

const mostBytes = 5_000_000

export function CheckPage() {
  const [state, setState] = useState<State>(null)
  const take = async (file: File | undefined) => {
    if (file === undefined) return
    if (file.size > mostBytes)
      return setState({ why: 'The file is too large for the evidence of one event.' })
    const read = readEvidence(await file.text())
    if (!read.ok) return setState({ why: read.why })
    setState({ evidence: read.evidence, verdict: await verify(read.evidence) })
  }
  return (
    <Page
      title="Check evidence"
      about="A file with the evidence of an event, as the page of an event gives it. It is checked in this browser and sent nowhere."
      crumbs={<a href={to('audit')}>Audit</a>}
    >
      <div className="stack">
        {canHash() ? (
          <div className="field evidence-file">
            <label htmlFor="evidence">The file</label>
            <input
              id="evidence"
              type="file"
              accept=".json,application/json"
              onChange={event => void take(event.target.files?.[0])}
            />
          </div>
        ) : (
          <NoCryptography />
        )}
        <div aria-live="polite" className="stack">
          {state !== null && 'why' in state && <Notice tone="bad">{state.why}</Notice>}
          {state !== null && 'verdict' in state && <Outcome {...state} />}
        </div>
      </div>
    </Page>
  )
}

function Outcome({ evidence, verdict }: { evidence: Read; verdict: Verdict }) {
  const { known } = useKnownLog()
  const { event, key } = evidence
  const isOurs = judgeKey(known, key) === 'same'
  return (
    <>
      <Card title="The event that it is about">
        <div className="stack">
          <p>
            <SentenceOf event={event} />
          </p>
          <Facts
            facts={[
              { name: 'When', value: <Instant ms={event.atMs} /> },
              { name: 'Who', value: actorText(event.by) },
              { name: 'Position', value: event.position },
            ]}
          />
          <details>
            <summary>As it was recorded</summary>
            <pre tabIndex={0}>{JSON.stringify(event, null, 2)}</pre>
          </details>
        </div>
      </Card>
      <Card title="What came of it">
        <div className="stack">
          <p className="row proof-verdict">
            <Mark tone={outcomeTones[verdict.outcome]}>{verdict.outcome}</Mark>
            <strong>
              {verdict.outcome === 'holds'
                ? 'It holds under the key in the file.'
                : verdict.outcome === 'fails'
                  ? 'It does not hold.'
                  : 'It could not be checked to the end.'}
            </strong>
          </p>
          {isOurs ? (
            <p>The key in the file is the one that this browser knows of this control plane.</p>
          ) : (
            <Notice tone="warn" title="The key is not one that this browser knows.">
              <p>
                A file that proves itself with a key of its own proves nothing by that. Compare the key with
                one that you have from somebody you trust:
              </p>
              <code className="wrap">{key}</code>
            </Notice>
          )}
          <Steps steps={verdict.steps} />
        </div>
      </Card>
    </>
  )
}
