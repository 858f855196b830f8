// The policy of a credential: the few settings that matter, and the rest behind one press. What is empty is left to its kind.
import type { CredentialView } from '@rekey/wire'
import { CheckField, SelectField, TextField } from '../../parts/fields.tsx'
import { lengthText } from '../../parts/time-text.ts'
import { type PolicyDraft, triggerTexts } from './policy-draft.ts'
import { WindowFields } from './window-fields.tsx'

interface PolicyParts {
  draft: PolicyDraft
  set: (part: Partial<PolicyDraft>) => void
  faults: Readonly<Record<string, string>>
  /** What holds now, where that is known: it is what an empty field stands for. */
  now?: CredentialView['policy'] | undefined
}

type LengthName = {
  [N in keyof CredentialView['policy']]-?: CredentialView['policy'][N] extends number | null | undefined
    ? N
    : never
}[keyof CredentialView['policy']]

export function PolicyFields({ draft, set, faults, now }: PolicyParts) {
  const usual = (name: LengthName) => {
    const value = now?.[name]
    if (value === undefined) return ''
    if (value === null) return 'Empty: none.'
    return `Empty: ${name.endsWith('Ms') ? lengthText(value) : value.toLocaleString('en-GB')}.`
  }
  const text = (name: LengthName & keyof PolicyDraft, label: string, help: string, placeholder = '') => (
    <TextField
      label={label}
      help={`${help} ${usual(name)}`.trim()}
      placeholder={placeholder}
      value={draft[name]}
      fault={faults[name]}
      onChange={value => set({ [name]: value })}
    />
  )
  return (
    <div className="stack">
      {now === undefined && (
        <p className="small soft">What is left empty is as the credential’s kind and sensitivity have it.</p>
      )}
      <div className="fields">
        {text('everyMs', 'Rotated every', 'The longest that one version is used.', '30 d')}
        {text('quietMs', 'Quiet before retirement', 'No use of the old version for so long.', '15 min')}
        <SelectField
          label="Who decides on retirement"
          help={approvalHelp(now?.approvals)}
          value={draft.approvals}
          fault={faults['approvals']}
          onChange={approvals => set({ approvals })}
          options={[
            { value: '', text: 'As its sensitivity has it' },
            { value: '0', text: 'Policy, once every gate is open' },
            { value: '1', text: 'The owner' },
            { value: '2', text: 'The owner and a second person' },
          ]}
        />
        <SelectField
          label="When a wave fails hard"
          value={draft.onFailure}
          onChange={onFailure => set({ onFailure })}
          options={[
            { value: '', text: 'As usual: contain' },
            { value: 'contain', text: 'Contain: stop, and ask a person' },
            { value: 'roll-back', text: 'Stop, and go back' },
          ]}
        />
      </div>
      <WindowFields windows={draft.windows} onChange={windows => set({ windows })} faults={faults} />
      <details className="more" open={Object.keys(faults).some(isFurther) || undefined}>
        <summary>More of the policy</summary>
        <div className="stack">
          <div className="fields">
            {text(
              'leadMs',
              'Begins before the deadline by',
              'Between 24 and 48 h unless the cycle is shorter.',
            )}
            {text('jitterMs', 'Spread by', 'So that not all begin at once.')}
            {text('alertBeforeMs', 'Alarm when less is left', 'Of its life. A length, or none.')}
            {text(
              'deferForSessionsMs',
              'Start waits for sessions',
              'How far a start may be moved for long sessions.',
            )}
            {text('usesLimit', 'Uses of one version', 'Rotated after so many. A number, or none.')}
            {text('bytesLimit', 'Bytes under one version', 'A number, or none.')}
            {text('operationsLimit', 'Operations under one version', 'A number, or none.')}
            {text('errorWindowMs', 'Errors are compared over', 'Before and after each step.')}
            {text('maxAttempts', 'Attempts', 'Of a call to the target, before a person is asked.')}
            {text('backoffMs', 'First wait between attempts', 'It grows from try to try.')}
            {text('backoffCapMs', 'Longest wait between attempts', 'It grows no further.')}
            {text(
              'withoutContactMs',
              'Without contact, used for',
              'How long a holder may go on without a word from the control plane. A length, or none.',
            )}
            <SelectField
              label="Work in flight"
              help="What is done with work that was begun with the old version"
              value={draft.inFlight}
              onChange={inFlight => set({ inFlight })}
              options={[
                { value: '', text: 'As usual: finish' },
                { value: 'finish', text: 'Finish it' },
                { value: 'fail', text: 'Let it fail' },
                { value: 'requeue', text: 'Put it back into the queue' },
              ]}
            />
            <TextField
              label="Advice"
              help="Shown where the credential is planned. Empty: as its kind has it. none: none"
              value={draft.advice}
              onChange={advice => set({ advice })}
            />
          </div>
          <TriggerFields draft={draft} set={set} />
        </div>
      </details>
    </div>
  )
}

/** A fault must not stand where nobody sees it. */
const isFurther = (name: string) => !/^(everyMs|quietMs|approvals|onFailure|windows)/.test(name)

const approvalHelp = (now: number | undefined) => (now === undefined ? '' : `Empty: ${deciders[now]}.`)
const deciders: Record<number, string> = {
  0: 'policy, once every gate is open',
  1: 'the owner',
  2: 'the owner and a second person',
}

function TriggerFields({ draft: { onEvents }, set }: Pick<PolicyParts, 'draft' | 'set'>) {
  return (
    <fieldset>
      <legend>Rotated at once when</legend>
      <CheckField
        label="As its sensitivity has it"
        value={onEvents === null}
        onChange={isUsual =>
          set({ onEvents: isUsual ? null : ['person-left', 'provider-notice', 'leak-found'] })
        }
      />
      {onEvents !== null &&
        Object.entries(triggerTexts).map(([event, label]) => (
          <CheckField
            key={event}
            label={label}
            value={onEvents.includes(event)}
            onChange={isOn =>
              set({ onEvents: isOn ? [...onEvents, event] : onEvents.filter(one => one !== event) })
            }
          />
        ))}
    </fieldset>
  )
}
