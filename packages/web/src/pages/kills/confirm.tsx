// Why, and go: the last thing before a kill. It is refused when it would reach another number of versions than was seen.
import { type FormEvent, useId, useState } from 'react'
import { go, to } from '../../address.ts'
import { put } from '../../api/cache.ts'
import { mayDo, needsText, usePerson } from '../../api/rights.ts'
import { useWish } from '../../api/wish.ts'
import { WishNotice } from '../../parts/decide.tsx'
import { useDraft } from '../../parts/draft.ts'
import { AreaField, TextField } from '../../parts/fields.tsx'
import { Notice, say } from '../../parts/notice.tsx'
import { hasChanged } from './answers.ts'
import type { Radius } from './radius.tsx'
import { type KillScope, killText, wordToType } from './scope.ts'

interface ConfirmParts {
  scope: KillScope
  radius: Radius
  again: () => void
}

export function Confirm({ scope, radius, again }: ConfirmParts) {
  const wish = useWish()
  const reason = useDraft('kill reason', '')
  const [typed, setTyped] = useState('')
  const [isTried, setTried] = useState(false)
  const refusedId = useId()
  const lacks = useLacksRight(radius)
  const word = wordToType(scope, radius.totals)
  const text = killText(
    scope,
    radius.totals,
    radius.credentials.length === 1 ? radius.credentials[0]!.name : null,
  )
  const reasonFault = reason.value.trim().length < 3 ? 'Say why, in three letters at the least.' : null
  const wordFault = word !== null && typed.trim() !== word ? `Type ${word}, letter by letter.` : null
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (reasonFault !== null || wordFault !== null || lacks !== null || wish.isBusy) return
    const body = { scope, reason: reason.value.trim(), expectVersions: radius.totals.versions }
    const answer = await wish.send('kills.order', { body })
    if (answer === null) {
      again()
      return
    }
    reason.drop()
    put('kills.get', { params: { id: answer.id } }, answer)
    say('The order is written down, and on its way to every holder.', 'warn')
    go(to('kills', answer.id))
  }
  const isOther = wish.state.is === 'failed' && hasChanged(wish.state.error)
  return (
    <form className="card stack danger" onSubmit={event => void submit(event)} noValidate>
      <h2>Do it</h2>
      <p>
        It cannot be undone. In this order: the versions are written down as dead, every connected holder is
        told to stop, and each target is asked to refuse them; then new versions are made and given out.
      </p>
      <AreaField
        label="Why"
        help="It goes into the record, into the order that every holder gets, and into the report."
        required
        value={reason.value}
        onChange={reason.set}
        fault={isTried ? reasonFault : null}
      />
      {word !== null && (
        <TextField
          label={`Type “${word}”`}
          help="It is wide: this makes sure that it is the one that you mean."
          required
          autoComplete="off"
          value={typed}
          onChange={setTyped}
          fault={isTried ? wordFault : null}
        />
      )}
      {isOther ? (
        <div role="alert">
          <Notice tone="warn" title="Nothing was done: it would reach something else by now.">
            <p>
              Versions came or went since you looked. What stands above was asked anew. Look at it, and press
              again if it is still what you want.
            </p>
          </Notice>
        </div>
      ) : (
        <WishNotice state={wish.state} />
      )}
      {lacks !== null && (
        <p id={refusedId} className="soft">
          {lacks}
        </p>
      )}
      <div>
        <button
          type="submit"
          className="grave"
          aria-disabled={wish.isBusy || lacks !== null}
          {...(lacks !== null && { 'aria-describedby': refusedId })}
        >
          {wish.isBusy ? 'Sending …' : text}
        </button>
      </div>
    </form>
  )
}

/** A kill takes the right to decide in every environment that it reaches. */
function useLacksRight({ credentials }: Radius): string | null {
  const person = usePerson()
  if (person === null) return null
  const environments = [...new Set(credentials.map(one => one.environment))]
  const lacking = environments.filter(one => !mayDo(person, 'decide', one))
  return lacking.length === 0 ? null : needsText('decide', lacking.join(', '))
}
