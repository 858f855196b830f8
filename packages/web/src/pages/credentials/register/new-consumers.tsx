// The consumers that are registered together with a credential. More can follow at any time.
import { useState } from 'react'
import { createPortal } from 'react-dom'
import { Dialog } from '../../../parts/dialog.tsx'
import { type ConsumerDraft, consumerDraft, linesOf, readConsumer } from '../../consumers/draft.ts'
import { ConsumerForm } from '../../consumers/form.tsx'
import type { RegisterDraft } from './draft.ts'

interface ConsumersParts {
  draft: RegisterDraft
  set: (part: Partial<RegisterDraft>) => void
  faults: Readonly<Record<string, string>>
}

type Open = { at: number | null; draft: ConsumerDraft }

export function NewConsumers({ draft: { consumers, about }, set, faults }: ConsumersParts) {
  const [open, setOpen] = useState<Open | null>(null)
  const keep = (kept: ConsumerDraft) => {
    const next =
      open?.at === null ? [...consumers, kept] : consumers.map((one, at) => (at === open?.at ? kept : one))
    set({ consumers: next })
    setOpen(null)
  }
  return (
    <div className="stack">
      <p className="soft measure">
        Who uses it: the web servers, the job at night, the script for emergencies. A rotation waits for each
        of them, and nobody else is waited for. You can add them later too.
      </p>
      {consumers.length > 0 && (
        <ul role="list" className="rows">
          {consumers.map((one, at) => (
            <li key={one.id} className="row between">
              <span className="anywhere">
                <strong>{one.name}</strong> <span className="soft">{one.id}</span>
                {faults[`consumers.${at}`] && (
                  <span className="fault-text"> {faults[`consumers.${at}`]}</span>
                )}
              </span>
              <span className="row">
                <button type="button" onClick={() => setOpen({ at, draft: one })}>
                  Edit<span className="hidden"> {one.name}</span>
                </button>
                <button
                  type="button"
                  onClick={() => set({ consumers: consumers.filter((_, other) => other !== at) })}
                >
                  Remove<span className="hidden"> {one.name}</span>
                </button>
              </span>
            </li>
          ))}
        </ul>
      )}
      <div>
        <button type="button" onClick={() => setOpen({ at: null, draft: consumerDraft() })}>
          Add a consumer
        </button>
      </div>
      {open !== null && (
        <ConsumerDialog
          begin={open.draft}
          isNew={open.at === null}
          others={consumers.filter((_, at) => at !== open.at)}
          lanes={linesOf(about.lanes)}
          onKeep={keep}
          onClose={() => setOpen(null)}
        />
      )}
    </div>
  )
}

interface DialogParts {
  begin: ConsumerDraft
  isNew: boolean
  others: readonly ConsumerDraft[]
  lanes: readonly string[]
  onKeep: (draft: ConsumerDraft) => void
  onClose: () => void
}

function ConsumerDialog({ begin, isNew, others, lanes, onKeep, onClose }: DialogParts) {
  const [draft, setDraft] = useState(begin)
  const [isTried, setTried] = useState(false)
  const { faults } = readConsumer(draft)
  const count = Object.keys(faults).length
  const keep = () => {
    setTried(true)
    if (count === 0) onKeep(draft)
  }
  // Not within the form of the credential: Enter would send that one.
  return createPortal(
    <Dialog
      title={isNew ? 'Add a consumer' : `Edit ${begin.name}`}
      wide
      onClose={onClose}
      onSubmit={keep}
      foot={
        <>
          {isTried && count > 0 && (
            <span className="fault-text" role="status">
              {count === 1 ? 'One thing is missing.' : `${count} things are missing.`}
            </span>
          )}
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="first">
            {isNew ? 'Add it' : 'Keep it'}
          </button>
        </>
      }
    >
      <ConsumerForm
        draft={draft}
        set={part => setDraft({ ...draft, ...part })}
        faults={isTried ? faults : {}}
        isNew
        others={others}
        lanes={lanes}
      />
    </Dialog>,
    document.body,
  )
}
