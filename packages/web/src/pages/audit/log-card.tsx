// The sealed log as a whole: how large it is, who signed it, and whether it has only grown since this browser saw it last.
import { useState } from 'react'
import { useAsk } from '../../api/use.ts'
import { Await, ErrorNotice, Notice } from '../../parts/notice.tsx'
import { Card } from '../../parts/page.tsx'
import { Instant } from '../../parts/time.tsx'
import type { Growth } from '../../proof/growth.ts'
import { canHash } from '../../proof/hash.ts'
import { judgeKey, type KeyVerdict, type Known, lastSeen, seen } from '../../proof/known.ts'
import { checkGrowth, checkLog } from './check.ts'
import { logAsks, useKnownLog } from './known-log.ts'
import { NoCryptography } from './proof-card.tsx'
import { GrowthNotice, KeyNotice } from './trust.tsx'

interface Looked {
  keyText: string
  verdict: KeyVerdict
  before: Known | null
  isKept: boolean
  signed: 'good' | 'bad' | 'missing' | 'unknown'
  growth: Growth | null
  note: string | null
}
type State = { is: 'idle' | 'checking' } | { is: 'failed'; error: unknown } | ({ is: 'looked' } & Looked)

export function LogCard() {
  const asked = useAsk('record.checkpoint')
  const { known, keep } = useKnownLog()
  const [state, setState] = useState<State>({ is: 'idle' })
  const check = async (before: Known | null) => {
    setState({ is: 'checking' })
    try {
      setState({ is: 'looked', ...(await looked(before, keep)) })
    } catch (error) {
      setState({ is: 'failed', error })
    }
  }
  return (
    <Card title="The sealed log" aside="Every event becomes a leaf of it within a second.">
      <div className="stack">
        <Await asked={asked}>
          {({ size, checkpoint }) => (
            <p>
              {checkpoint === null
                ? 'Nothing is sealed yet. While a restored store is fenced, nothing is.'
                : `${size.toLocaleString('en-GB')} events are sealed, under one signature.`}{' '}
              {known?.seenMs != null && (
                <>
                  This browser checked it last <Instant ms={known.seenMs} />, at{' '}
                  {lastSeen(known)?.size.toLocaleString('en-GB') ?? 'an unknown number of'} events.
                </>
              )}
            </p>
          )}
        </Await>
        {canHash() ? (
          <div>
            <button
              type="button"
              aria-disabled={state.is === 'checking'}
              onClick={() => state.is !== 'checking' && void check(known)}
            >
              {state.is === 'checking' ? 'Checking …' : 'Check that it has only grown'}
            </button>
          </div>
        ) : (
          <NoCryptography />
        )}
        <div aria-live="polite" className="stack">
          {state.is === 'failed' && <ErrorNotice error={state.error} title="The log could not be checked." />}
          {state.is === 'looked' && (
            <Said
              {...state}
              onTrust={() => {
                keep(null)
                void check(null)
              }}
            />
          )}
        </div>
      </div>
    </Card>
  )
}

async function looked(before: Known | null, keep: (known: Known) => boolean): Promise<Looked> {
  const { key, keyText, checkpoint, signed } = await checkLog(logAsks)
  const verdict = judgeKey(before, keyText)
  const result = {
    keyText,
    verdict,
    before,
    isKept: true,
    signed,
    growth: null,
    note: checkpoint?.note ?? null,
  }
  if (signed !== 'good' || checkpoint === null || verdict === 'changed') return result
  const { growth, upTo, isAnew } = await checkGrowth(logAsks, lastSeen(before), checkpoint, key)
  const isKept = upTo === null || keep(seen(isAnew ? null : before, keyText, upTo, Date.now()))
  return { ...result, isKept, growth }
}

function Said({
  keyText,
  verdict,
  before,
  isKept,
  signed,
  growth,
  note,
  onTrust,
}: Looked & { onTrust: () => void }) {
  if (signed !== 'good') {
    const texts = {
      bad: 'The signature of the checkpoint is not good.',
      missing: 'There is no checkpoint that is signed by the key of the log.',
      unknown: 'This browser cannot check Ed25519 signatures. Use a newer one.',
    }
    return (
      <Notice tone={signed === 'bad' ? 'bad' : 'warn'} title={texts[signed]}>
        {note !== null && <pre tabIndex={0}>{note}</pre>}
      </Notice>
    )
  }
  return (
    <>
      <p>The checkpoint is signed by the key of the log.</p>
      <KeyNotice verdict={verdict} known={before} keyText={keyText} isKept={isKept} onTrust={onTrust} />
      {growth !== null && <GrowthNotice growth={growth} seenMs={before?.seenMs ?? null} />}
      {growth?.is === 'forked' && (
        <div className="columns">
          <pre tabIndex={0}>{before?.note}</pre>
          <pre tabIndex={0}>{note}</pre>
        </div>
      )}
    </>
  )
}
