// A text that goes elsewhere: shown whole, and copied with one press.
import { useId, useState } from 'react'
import { useBriefly } from './time.tsx'

export function Copied({ label, text, multiline }: { label: string; text: string; multiline?: boolean }) {
  const id = useId()
  const [isCopied, copied] = useBriefly(4_000)
  const [isRefused, setRefused] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      copied()
    } catch {
      // Without a secure connection browsers give no clipboard: it is chosen, and copied by hand.
      setRefused(true)
      document.querySelector<HTMLTextAreaElement>(`[id="${id}"]`)?.select()
    }
  }
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="copied">
        <textarea
          id={id}
          readOnly
          rows={multiline ? 4 : Math.min(4, Math.ceil(text.length / 40))}
          className="mono"
          value={text}
          spellCheck={false}
          onFocus={event => event.target.select()}
        />
        <button type="button" onClick={() => void copy()}>
          {isCopied ? 'Copied' : 'Copy'}
        </button>
      </div>
      <div className="help" role="status">
        {isCopied ? 'It is in the clipboard.' : isRefused ? 'It is selected: copy it with the keyboard.' : ''}
      </div>
    </div>
  )
}
