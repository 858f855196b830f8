// How a form ends that several people may have open: what changes, what somebody else changed meanwhile, and the two ways out of it.
import type { ReactNode } from 'react'
import type { Operation } from '../../api/ask.ts'
import { Button } from '../../parts/button.tsx'
import { Decide, type DecideParts } from '../../parts/decide.tsx'
import type { SharedDraft } from '../../parts/draft.ts'
import { Meanwhile } from '../../parts/notice.tsx'
import { marked, useOpen } from './part.tsx'

interface SharedChangeParts<O extends Operation, T> {
  draft: SharedDraft<T>
  /** As it is now. */
  begin: T
  changes: readonly string[]
  isFaulty?: boolean
  /** On the button that asks, and on the one that takes back what was entered. */
  change: string
  leave: string
  decide: Pick<DecideParts<O>, 'title' | 'confirm' | 'operation' | 'ifMatch' | 'parts' | 'done'>
  /** What is said besides, before it is decided. */
  children?: ReactNode
}

const needs = { right: 'administer', environment: null } as const

export function SharedChange<O extends Operation, T>(given: SharedChangeParts<O, T>) {
  const { draft, begin, changes, isFaulty = false, change, leave, decide, children } = given
  const { what, open, close } = useOpen()
  const said = (
    <>
      {draft.isOvertaken && <Meanwhile />}
      <Changes changes={changes} />
    </>
  )
  return (
    <>
      {said}
      <div className="row">
        <Button
          needs={needs}
          kind="first"
          because={isFaulty ? marked : changes.length === 0 ? 'Nothing is changed yet.' : null}
          onPress={() => open('save')}
        >
          {change}
        </Button>
        {(changes.length > 0 || isFaulty) && (
          <button
            type="button"
            onClick={() => {
              draft.set(begin)
              draft.drop()
            }}
          >
            {leave}
          </button>
        )}
      </div>
      {what === 'save' && changes.length > 0 && (
        <Decide {...decide} onDone={draft.drop} onClose={close}>
          {said}
          {children}
        </Decide>
      )}
    </>
  )
}

/** What becomes of it, before it is sent. */
export function Changes({ changes }: { changes: readonly string[] }) {
  return (
    <div role="status">
      {changes.length > 0 && (
        <>
          <p className="label">What changes</p>
          <ul className="bullets">
            {changes.map(one => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
