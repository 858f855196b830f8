// The events that are looked for, as a file.
import { useEffect, useRef, useState } from 'react'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorNotice } from '../../parts/notice.tsx'
import { useChoice } from '../../parts/preference.ts'
import { instantText } from '../../parts/time-text.ts'
import { download } from './download.ts'
import { type Format, fileName, formats } from './export-lines.ts'
import { exportEvents, type Progress } from './exporting.ts'
import { type Filters, isEmpty, named } from './filters.ts'
import { readHistory } from './read.ts'
import { typeText } from './said/sentence.ts'

type State =
  | { is: 'idle' }
  | { is: 'going'; progress: Progress | null }
  | { is: 'done'; progress: Progress }
  | { is: 'failed'; error: unknown }

export function ExportDialog({ filters, onClose }: { filters: Filters; onClose: () => void }) {
  const clock = useChoice('clock')
  const [format, setFormat] = useState<Format>('jsonl')
  const [state, setState] = useState<State>({ is: 'idle' })
  const abort = useRef<AbortController>(null)
  useEffect(() => () => abort.current?.abort(), [])
  const begin = async () => {
    const own = new AbortController()
    abort.current = own
    setState({ is: 'going', progress: null })
    try {
      const tell = (progress: Progress) => setState({ is: 'going', progress })
      const { parts, ...progress } = await exportEvents(readHistory, { filters, format }, tell, own.signal)
      download(fileName(format, Date.now()), formats[format].media, parts)
      setState({ is: 'done', progress })
    } catch (error) {
      setState(own.signal.aborted ? { is: 'idle' } : { is: 'failed', error })
    }
  }
  const chosen = named(filters, ms => instantText(ms, clock), typeText).map(one => one.text)
  const isGoing = state.is === 'going'
  return (
    <Dialog
      title="Export events"
      onClose={onClose}
      foot={
        <>
          <button type="button" onClick={isGoing ? () => abort.current?.abort() : onClose}>
            {isGoing ? 'Stop' : 'Close'}
          </button>
          <button
            type="button"
            className="first"
            aria-disabled={isGoing}
            onClick={() => !isGoing && void begin()}
          >
            {isGoing ? 'Exporting …' : 'Export'}
          </button>
        </>
      }
    >
      <p>
        {isEmpty(filters)
          ? 'All events that you may see, the newest first.'
          : `The events that are looked for (${chosen.join(', ')}), the newest first.`}{' '}
        No event holds the value of a credential.
      </p>
      <fieldset disabled={isGoing}>
        <legend>Format</legend>
        {(Object.keys(formats) as Format[]).map(one => (
          <div key={one} className="check">
            <input
              id={`format-${one}`}
              type="radio"
              name="format"
              checked={format === one}
              onChange={() => setFormat(one)}
            />
            <div className="stack-s">
              <label htmlFor={`format-${one}`}>{formats[one].name}</label>
              <span className="small soft">{formats[one].help}</span>
            </div>
          </div>
        ))}
      </fieldset>
      <div role="status">
        {isGoing && <p>{goingText(state.progress)}</p>}
        {state.is === 'done' && (
          <p>
            {state.progress.events.toLocaleString('en-GB')} events are in the file, which your browser has
            kept or asks you where to.
          </p>
        )}
      </div>
      {state.is === 'failed' && (
        <ErrorNotice error={state.error} title="The export broke off; no file was made." />
      )}
    </Dialog>
  )
}

function goingText(progress: Progress | null): string {
  if (progress === null) return 'Beginning …'
  const { events, position, last } = progress
  const looked = last === 0 ? 0 : Math.round(((last - position + 1) / last) * 100)
  return `${events.toLocaleString('en-GB')} events so far, ${looked}% of the record looked through.`
}
