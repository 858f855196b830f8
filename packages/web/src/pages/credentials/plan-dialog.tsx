// What a rotation would be: the plan before anything is opened, with a wish for its model, and what somebody overrides by name.
import type { CredentialView } from '@rekey/wire'
import { useState } from 'react'
import { go, to } from '../../address.ts'
import type { Answer } from '../../api/ask.ts'
import { needsText, useMay } from '../../api/rights.ts'
import { useAsk } from '../../api/use.ts'
import { Decide } from '../../parts/decide.tsx'
import { CheckField, SelectField, TextField } from '../../parts/fields.tsx'
import { MomentField } from '../../parts/moment-field.tsx'
import { Await, Notice } from '../../parts/notice.tsx'
import { PlanView } from '../rotations/plan.tsx'

type Plan = Answer<'rotations.plan'>
type Model = Plan['model']

const modelTexts: Record<Model, string> = {
  atomic: 'atomic: everyone at once',
  dual: 'dual: everyone at once, both versions valid for a time',
  alias: 'alias: whoever follows the name "current"',
  waves: 'waves: consumer by consumer, the rare paths last',
}

interface DialogParts {
  credential: CredentialView
  onClose: () => void
}

export function PlanDialog({ credential, onClose }: DialogParts) {
  const { id, name, environment } = credential
  const [wish, setWish] = useState('')
  const [startAtMs, setStartAtMs] = useState<number | null>(null)
  const [over, setOver] = useState<Readonly<Record<string, string>>>({})
  const wished = wish === '' ? {} : { wish: wish as Model }
  const asked = useAsk('rotations.plan', { params: { id }, body: wished })
  const mayOpen = useMay('operate', environment)
  const gaps = asked.data?.gaps ?? []
  const overrides = gaps.flatMap(({ code, overridable }) => {
    const reason = over[code]
    return overridable && reason !== undefined ? [{ code, reason: reason.trim() }] : []
  })
  const left = gaps.length - overrides.length
  const because = !mayOpen
    ? needsText('operate', environment)
    : asked.data === undefined
      ? 'There is no plan yet.'
      : overrides.some(one => one.reason.length < 3)
        ? 'Say why you override it: three letters at the least.'
        : null
  return (
    <Decide
      title={`Plan a rotation of ${name}`}
      wide
      operation="rotations.open"
      parts={reason => ({
        params: { id },
        body: {
          reason,
          ...wished,
          ...(overrides.length > 0 && { overrides }),
          ...(startAtMs !== null && { startAtMs }),
        },
      })}
      asksReason="Why it is rotated now"
      because={because}
      confirm={left > 0 ? 'Open it; it waits for what is missing' : 'Open it'}
      done={`The rotation of ${name} is open.`}
      onDone={rotation => go(to('rotations', rotation.id))}
      onClose={onClose}
    >
      {!mayOpen && (
        <Notice tone="warn" title="You may read the plan, and not open it.">
          {needsText('operate', environment)}
        </Notice>
      )}
      <p>Nothing has happened yet. From the moment it is opened the plan is fixed.</p>
      <div className="fields">
        <SelectField
          label="Model"
          help="What Rekey chooses comes with its reasons; where a wish cannot be met the plan says why"
          value={wish}
          onChange={setWish}
          options={[
            { value: '', text: 'As Rekey chooses' },
            ...Object.entries(modelTexts).map(([value, text]) => ({ value, text })),
          ]}
        />
        <MomentField
          label="Not before"
          help="Empty: as soon as it can"
          ms={startAtMs}
          onChange={setStartAtMs}
        />
      </div>
      <Await asked={asked}>
        {plan => (
          <PlanView
            plan={plan}
            beside={gap => (
              <Override
                gap={gap}
                environment={environment}
                reason={over[gap.code]}
                onChange={reason => setOver(without(over, gap.code, reason))}
              />
            )}
          />
        )}
      </Await>
    </Decide>
  )
}

function without(over: Readonly<Record<string, string>>, code: string, reason: string | undefined) {
  const { [code]: _, ...rest } = over
  return reason === undefined ? rest : { ...rest, [code]: reason }
}

interface OverrideParts {
  gap: Plan['gaps'][number]
  environment: string
  reason: string | undefined
  onChange: (reason: string | undefined) => void
}

/** To override a gap takes a person with the right to decide, by name and with a reason. */
function Override({ gap, environment, reason, onChange }: OverrideParts) {
  const may = useMay('decide', environment)
  if (!gap.overridable) return null
  if (!may) return <p className="small soft">To override it: {needsText('decide', environment)}</p>
  return (
    <div className="stack-s">
      <CheckField
        label="Override it"
        value={reason !== undefined}
        onChange={isOver => onChange(isOver ? '' : undefined)}
      />
      {reason !== undefined && (
        <TextField
          label="Why it may be overridden"
          help="It is kept in the record under your name"
          required
          value={reason}
          onChange={onChange}
        />
      )}
    </div>
  )
}
