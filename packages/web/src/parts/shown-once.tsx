// A secret that is shown this once: kept by nobody but whoever copies it now, and not put away by a slip.
import { type ReactNode, useState } from 'react'
import { Copied } from './copy.tsx'
import { Dialog } from './dialog.tsx'
import { CheckField } from './fields.tsx'
import { Notice } from './notice.tsx'

interface OnceParts {
  title: string
  /** What it is called: `The token`. */
  label: string
  secret: string
  /** What it is for, and where it goes. */
  children?: ReactNode
  onClose: () => void
}

export function ShownOnce({ title, label, secret, children, onClose }: OnceParts) {
  const [isKept, setKept] = useState(false)
  const [isTried, setTried] = useState(false)
  return (
    <Dialog
      title={title}
      fixed
      onClose={() => undefined}
      onSubmit={() => (isKept ? onClose() : setTried(true))}
      foot={
        <button type="submit" className="first">
          Done
        </button>
      }
    >
      <Notice tone="warn" title="It is shown this once.">
        <p>
          Rekey keeps no copy of it that anybody could read. Whoever loses it makes another one; put it where
          it belongs now.
        </p>
      </Notice>
      <Copied label={label} text={secret} />
      {children}
      <CheckField label="I have put it where it belongs" value={isKept} onChange={setKept} />
      {isTried && !isKept && (
        <p className="fault-text" role="alert">
          Say that you have it: once this is closed, nobody can show it again.
        </p>
      )}
    </Dialog>
  )
}
