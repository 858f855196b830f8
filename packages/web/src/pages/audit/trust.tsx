// Whose signature it is, and whether this browser knows the key: believed at first sight, held on to, and loud when it changes.
import { useState } from 'react'
import { Dialog } from '../../parts/dialog.tsx'
import { Notice } from '../../parts/notice.tsx'
import { Instant } from '../../parts/time.tsx'
import type { Growth } from '../../proof/growth.ts'
import type { KeyVerdict, Known } from '../../proof/known.ts'

interface KeyParts {
  verdict: KeyVerdict
  known: Known | null
  keyText: string
  /** false: it could not be kept in this browser. */
  isKept: boolean
  onTrust: () => void
}

export function KeyNotice({ verdict, known, keyText, isKept, onTrust }: KeyParts) {
  const [isAsking, setAsking] = useState(false)
  if (verdict === 'first')
    return (
      <Notice title="This browser sees the key of the log for the first time.">
        <p>
          {isKept
            ? 'It holds on to it from now on, and warns you if it ever changes. '
            : 'It cannot be kept in this browser, so a change would not be noticed. '}
          Compare it with somebody who has seen it before:
        </p>
        <KeyText text={keyText} />
      </Notice>
    )
  if (verdict === 'same')
    return (
      <p>
        The key is the one that this browser has known since <Instant ms={known?.sinceMs} />.
      </p>
    )
  return (
    <div role="alert">
      <Notice tone="bad" title="The key of the log has changed.">
        <p>
          Since <Instant ms={known?.sinceMs} /> this browser has known another one. A key changes only when a
          restored store begins a history of its own under another name. If nobody can tell you of that,
          somebody may be showing you another log: believe nothing that is proved with it.
        </p>
        <p className="small">The one that was known:</p>
        <KeyText text={known?.key ?? ''} />
        <p className="small">The one that is shown now:</p>
        <KeyText text={keyText} />
        <div>
          <button type="button" className="grave" onClick={() => setAsking(true)}>
            Believe the new key …
          </button>
        </div>
      </Notice>
      {isAsking && (
        <Dialog
          title="Believe the new key?"
          onClose={() => setAsking(false)}
          foot={
            <>
              <button type="button" onClick={() => setAsking(false)}>
                Cancel
              </button>
              <button
                type="button"
                className="grave"
                onClick={() => {
                  setAsking(false)
                  onTrust()
                }}
              >
                Believe it from now on
              </button>
            </>
          }
        >
          <p>
            This browser forgets the key and the checkpoint that it knew. What it has seen of the log until
            now can no longer be compared with what comes.
          </p>
          <p>Do it only if whoever runs this control plane has told you why the key is another one.</p>
        </Dialog>
      )}
    </div>
  )
}

const KeyText = ({ text }: { text: string }) => <code className="wrap">{text}</code>

export function GrowthNotice({ growth, seenMs }: { growth: Growth; seenMs: number | null }) {
  switch (growth.is) {
    case 'first':
      return (
        <p>
          Its checkpoint is kept in this browser. Next time it is checked that the log has only grown since
          then.
        </p>
      )
    case 'same':
      return (
        <p>
          The log is as this browser saw it last (<Instant ms={seenMs} />
          ).
        </p>
      )
    case 'grown':
      return (
        <p>
          The log has only grown since this browser saw it last (<Instant ms={seenMs} />
          ): {growth.by} more, and everything before is where it was.
        </p>
      )
    case 'forked':
      return (
        <div role="alert">
          <Notice tone="bad" title="The log is not the one that this browser has seen before.">
            <p>{growth.why}</p>
            <p>
              Both checkpoints are signed, so this can be shown to anybody: keep what is below, and ask
              whoever runs this control plane.
            </p>
          </Notice>
        </div>
      )
    case 'unknown':
      return (
        <Notice tone="warn" title="Whether the log has only grown was not shown.">
          <p>{growth.why}</p>
        </Notice>
      )
  }
}
