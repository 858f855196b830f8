// The form of a consumer on its own page: a new one, or one that is changed.
import type { CredentialView, Problem } from '@rekey/wire'
import { useState } from 'react'
import { go, to } from '../../address.ts'
import { ProblemError } from '../../api/ask.ts'
import { needsText, useMay } from '../../api/rights.ts'
import { useAsk } from '../../api/use.ts'
import { useWish } from '../../api/wish.ts'
import { WishNotice } from '../../parts/decide.tsx'
import { useSharedDraft } from '../../parts/draft.ts'
import { toFirstFault } from '../../parts/first-fault.ts'
import { Await, Meanwhile, Notice, say } from '../../parts/notice.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { placesOf } from '../../parts/problem-places.ts'
import { Crumbs } from './consumer.tsx'
import { type ConsumerDraft, consumerDraft, readConsumer } from './draft.ts'
import { ConsumerForm } from './form.tsx'
import type { ConsumerRecord } from './words.ts'

interface PageParts {
  credential: string
  /** null: a new one. */
  id: string | null
}

export function EditConsumer({ credential, id }: PageParts) {
  const asked = useAsk('consumers.list', { params: { credential } })
  const of = useAsk('credentials.get', { params: { id: credential } })
  const known = asked.data?.items.find(item => item.id === id)
  return (
    <Page
      title={id === null ? 'Add a consumer' : `Edit ${known?.name ?? id}`}
      crumbs={<Crumbs credential={credential} name={of.data?.name} {...(id !== null && { id })} />}
      about={
        id === null
          ? 'What a rotation has to know before it can move it. What is not known yet may stay so, and says what it holds up.'
          : 'A rotation that is open takes what changes here into account from now on.'
      }
    >
      <Await asked={of}>
        {view => (
          <Await asked={asked}>
            {({ items }) =>
              id === null ? (
                <Form of={view} all={items} one={null} tag={undefined} />
              ) : known === undefined ? (
                <Empty title="There is no such consumer.">
                  <a href={to('credentials', credential, 'consumers')}>See who is registered.</a>
                </Empty>
              ) : (
                <Registered of={view} all={items} id={id} />
              )
            }
          </Await>
        )}
      </Await>
    </Page>
  )
}

interface FormParts {
  of: CredentialView
  all: readonly ConsumerRecord[]
  one: ConsumerRecord | null
  /** It is changed as it was seen, or not at all. */
  tag: string | undefined
}

function Registered({ id, ...rest }: Pick<FormParts, 'of' | 'all'> & { id: string }) {
  const asked = useAsk('consumers.get', { params: { credential: rest.of.id, id } })
  return <Await asked={asked}>{one => <Form {...rest} one={one} tag={asked.tag} />}</Await>
}

function Form({ of, all, one, tag }: FormParts) {
  const held = useSharedDraft<ConsumerDraft>(
    `consumer ${of.id} ${one?.id ?? 'new'}`,
    consumerDraft(one ?? undefined),
  )
  const { value: draft } = held
  const [isTried, setTried] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const wish = useWish()
  const may = useMay('operate', of.environment)
  const { id, input, faults: found } = readConsumer(draft)
  const isTaken = one === null && all.some(other => other.id === id)
  const faults = isTaken ? { ...found, id: `There is a consumer ${id} already.` } : found
  const missing = Object.keys(faults).length
  const set = (part: Partial<ConsumerDraft>) => {
    held.set({ ...draft, ...part })
    setProblem(null)
    wish.forget()
  }
  const send = async () => {
    setTried(true)
    if (missing > 0) return
    const answer = await wish.send(
      'consumers.put',
      { params: { credential: of.id, id }, body: input },
      {
        ifMatch: tag,
        onFailed: error => {
          if (error instanceof ProblemError) setProblem(error.problem)
          return false
        },
      },
    )
    if (answer === null) return
    held.drop()
    say(one === null ? `${answer.name} is registered.` : `${answer.name} is changed.`)
    go(to('consumers', of.id, answer.id))
  }
  return (
    <form
      className="stack register"
      noValidate
      onSubmit={event => {
        event.preventDefault()
        const form = event.currentTarget
        if (may && !wish.isBusy) void send().then(() => toFirstFault(form))
      }}
    >
      {!may && (
        <Notice tone="warn" title="You may look, and not change it.">
          {needsText('operate', of.environment)}
        </Notice>
      )}
      {held.isOvertaken && <Meanwhile />}
      {held.isKept && (
        <Notice>
          <span className="row between">
            What you typed before is still here, and was not saved.
            <button
              type="button"
              onClick={() => {
                held.set(consumerDraft(one ?? undefined))
                held.drop()
              }}
            >
              Begin anew
            </button>
          </span>
        </Notice>
      )}
      <ConsumerForm
        draft={draft}
        set={set}
        faults={{ ...(isTried ? faults : {}), ...(problem === null ? {} : placesOf(problem)) }}
        isNew={one === null}
        others={all.filter(other => other.id !== one?.id)}
        lanes={of.lanes}
      />
      <div className="send">
        <WishNotice state={wish.state} />
        {isTried && missing > 0 && (
          <p className="fault-text" role="status">
            {missing === 1 ? 'One thing is missing or wrong' : `${missing} things are missing or wrong`}: each
            is said at its field.
          </p>
        )}
        <div className="row">
          <button type="submit" className="first" aria-disabled={!may || wish.isBusy}>
            {wish.isBusy ? 'Sending …' : one === null ? 'Register it' : 'Save'}
          </button>
          <a
            className="button"
            href={one === null ? to('credentials', of.id, 'consumers') : to('consumers', of.id, one.id)}
          >
            Leave it
          </a>
        </div>
        {of.openRotation !== null && one === null && (
          <p className="small soft">
            A rotation is open: whoever joins now owes evidence like everyone else.
          </p>
        )}
      </div>
    </form>
  )
}
