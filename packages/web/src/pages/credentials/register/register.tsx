// The form for a new credential: one page, and every fault at its field.
import type { Problem } from '@rekey/wire'
import { useEffect, useRef, useState } from 'react'
import { go, to, useAddress, withQuery } from '../../../address.ts'
import { ProblemError } from '../../../api/ask.ts'
import { mayDo, needsText, useMay, usePerson } from '../../../api/rights.ts'
import { useAsk } from '../../../api/use.ts'
import { useWish } from '../../../api/wish.ts'
import { WishNotice } from '../../../parts/decide.tsx'
import { useDraft } from '../../../parts/draft.ts'
import { toFirstFault } from '../../../parts/first-fault.ts'
import { Await, Notice, say } from '../../../parts/notice.tsx'
import { Page } from '../../../parts/page.tsx'
import { placesOf } from '../../../parts/problem-places.ts'
import type { Schema } from '../../../parts/schema-shape.ts'
import type { ProviderItem } from '../../providers/list.tsx'
import { type RegisterDraft, readRegister, registerDraft } from './draft.ts'
import { Sections } from './sections.tsx'
import { settingsFor } from './settings-for.ts'

export function RegisterPage() {
  const asked = useAsk('providers.list')
  const may = useMay('operate', undefined)
  return (
    <Page
      title="Register a credential"
      crumbs={<a href={to('credentials')}>Credentials</a>}
      about="What Rekey has to know before it can rotate it. Nothing is touched at the target by this."
    >
      <div className="stack">
        {!may && (
          <Notice tone="warn" title="You may look, and not register.">
            {needsText('operate', undefined)}
          </Notice>
        )}
        <Await asked={asked}>{({ items }) => <Form providers={items} may={may} />}</Await>
      </div>
    </Page>
  )
}

function Form({ providers, may }: { providers: readonly ProviderItem[]; may: boolean }) {
  const { query } = useAddress()
  const person = usePerson()
  const held = useDraft('register', registerDraft)
  const { value: draft, isKept } = held
  const [value, setValue] = useState('')
  const [isTried, setTried] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const wish = useWish()
  const form = useRef<HTMLFormElement>(null)
  const chosen = providers.find(one => one.kind === draft.provider) ?? null
  const { body, faults } = readRegister(draft, (chosen?.settings as Schema | undefined) ?? null, value)
  const set = (part: Partial<RegisterDraft>) => {
    held.set({ ...draft, ...part })
    // What was said of what was sent before is not true of what stands there now.
    setProblem(null)
    wish.forget()
  }
  const choose = (kind: string) => {
    const schema = providers.find(one => one.kind === kind)?.settings as Schema | undefined
    set({ provider: kind, settings: schema === undefined ? {} : settingsFor(kind, schema) })
  }
  const linked = query.get('provider')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the link says it once.
  useEffect(() => {
    if (linked !== null && linked !== draft.provider && providers.some(one => one.kind === linked))
      choose(linked)
  }, [linked])
  const environment = draft.about.environment
  const mayThere = environment === '' || person === null || mayDo(person, 'operate', environment)
  const shown = { ...(isTried ? faults : {}), ...(problem === null ? {} : placesOf(problem)) }
  const send = async () => {
    setTried(true)
    if (Object.keys(faults).length > 0 || !mayThere) return toFirstFault(form.current)
    const onFailed = (error: unknown) => {
      if (error instanceof ProblemError) setProblem(error.problem)
      return false
    }
    const answer = await wish.send('credentials.register', { body }, { onFailed })
    if (answer === null) return toFirstFault(form.current)
    setValue('')
    held.drop()
    say(`${answer.name} is registered.`)
    go(to('credentials', answer.id))
  }
  const count = Object.keys(faults).length
  return (
    <form
      ref={form}
      className="stack register"
      noValidate
      onSubmit={event => {
        event.preventDefault()
        if (may && !wish.isBusy) void send()
      }}
    >
      {isKept && (
        <Notice>
          <span className="row between">
            What you typed before is still here, but for the value.
            <button
              type="button"
              onClick={() => {
                held.set(registerDraft())
                held.drop()
                setTried(false)
                go(withQuery(to('credentials', 'new'), {}))
              }}
            >
              Begin anew
            </button>
          </span>
        </Notice>
      )}
      <Sections
        {...{ providers, chosen, choose, draft, set, value, faults: shown, isKept, open: faults }}
        onValue={next => {
          setValue(next)
          setProblem(null)
        }}
        ofEnvironment={!mayThere && <p className="fault-text">{needsText('operate', environment)}</p>}
      />
      <div className="send">
        <WishNotice state={wish.state} />
        {isTried && count > 0 && (
          <p className="fault-text" role="status">
            {count === 1 ? 'One thing is missing or wrong' : `${count} things are missing or wrong`}: each is
            said at its field.
          </p>
        )}
        <div className="row">
          <button type="submit" className="first" aria-disabled={!may || wish.isBusy}>
            {wish.isBusy ? 'Sending …' : 'Register it'}
          </button>
          <a className="button" href={to('credentials')}>
            Leave it for later
          </a>
        </div>
        <p className="small soft">What you typed stays in this tab until it is sent; the value does not.</p>
      </div>
    </form>
  )
}
