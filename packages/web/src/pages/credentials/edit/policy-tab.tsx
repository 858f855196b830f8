// The policy of a credential: what holds now and when that means the next rotation, and the form that changes it.
import type { CredentialView } from '@rekey/wire'
import { useState } from 'react'
import { useAsk } from '../../../api/use.ts'
import { ErrorNotice, say } from '../../../parts/notice.tsx'
import { Card, Facts } from '../../../parts/page.tsx'
import { placesOf, under } from '../../../parts/problem-places.ts'
import { Sentence } from '../../../parts/sentence.tsx'
import { Instant, Lasts } from '../../../parts/time.tsx'
import { type PolicyDraft, policyDraft, readPolicy } from '../policy-draft.ts'
import { PolicyFields } from '../policy-fields.tsx'
import { ChangeForm } from './change-form.tsx'
import { useChange } from './use-change.ts'

/** A saved form begins anew with what is there then. */
export function PolicyTab({ credential }: { credential: CredentialView }) {
  const [times, setTimes] = useState(0)
  const calendar = useAsk('overview.calendar', { query: { text: credential.id, limit: 500 } })
  const now = calendar.data?.items.find(one => one.credential === credential.id)
  return (
    <div className="stack">
      {now !== undefined && (
        <Card title="What holds now">
          <Facts
            facts={[
              { name: 'Rotated every', value: <Lasts ms={now.everyMs} /> },
              { name: 'Due', value: <Instant ms={now.dueAtMs} /> },
              { name: 'Begins', value: <Instant ms={now.startAtMs} /> },
              { name: 'By', value: now.automatedBy },
              {
                name: 'Because',
                value: (
                  <ul className="bulleted">
                    {now.reasons.map(one => (
                      <li key={one.code}>
                        <Sentence>{one.text}</Sentence>
                      </li>
                    ))}
                  </ul>
                ),
              },
            ]}
          />
        </Card>
      )}
      <Form key={times} credential={credential} now={now?.policy} onSaved={() => setTimes(times + 1)} />
    </div>
  )
}

interface FormParts {
  credential: CredentialView
  now: CredentialView['policy'] | undefined
  onSaved: () => void
}

function Form({ credential, now, onSaved }: FormParts) {
  const held = useChange<PolicyDraft>(credential, 'policy', input => policyDraft(input.policy))
  const [isTried, setTried] = useState(false)
  if (held.begun === null)
    return held.error ? <ErrorNotice error={held.error} /> : <p className="loading">Loading …</p>
  const { base, form } = held.begun
  const { policy, faults } = readPolicy(form)
  const missing = Object.keys(faults).length
  const shown = {
    ...(isTried ? faults : {}),
    ...(held.problem === null ? {} : under(placesOf(held.problem), 'policy')),
  }
  const anew = () => {
    held.drop()
    onSaved()
  }
  const send = async () => {
    setTried(true)
    if (missing > 0 || !(await held.save({ ...base, policy }))) return
    say(`The policy of ${credential.name} is changed.`)
    anew()
  }
  return (
    <ChangeForm
      id={credential.id}
      environment={credential.environment}
      held={held}
      missing={isTried ? missing : 0}
      onSend={send}
      onAnew={anew}
    >
      <Card title="What it sets itself" aside="What is empty is left to its kind.">
        <PolicyFields
          draft={form}
          set={part => held.set({ ...form, ...part })}
          faults={shown}
          now={usual(now, base.policy ?? {})}
        />
      </Card>
    </ChangeForm>
  )
}

/** What an empty field stands for is known only where nothing is set: else what holds now is what was set. */
function usual(
  now: CredentialView['policy'] | undefined,
  set: CredentialView['policy'],
): CredentialView['policy'] | undefined {
  if (now === undefined) return undefined
  return Object.fromEntries(Object.entries(now).filter(([name]) => !(name in set)))
}
