// A step that only a person can do at the target: what to do there, and the form to report it.
import type { RotationView } from '@rekey/wire'
import { useState } from 'react'
import { useAsk } from '../../api/use.ts'
import { Button } from '../../parts/button.tsx'
import { Decide } from '../../parts/decide.tsx'
import { SelectField, TextField } from '../../parts/fields.tsx'
import { Facts } from '../../parts/page.tsx'

interface HandParts {
  rotation: RotationView
  isWanted: boolean
  onWanted: (wanted: string | null) => void
}

export function HandStep({ rotation, isWanted, onWanted }: HandParts) {
  const asked = useAsk(
    'rotations.handStep',
    { params: { id: rotation.id } },
    { when: rotation.phase !== 'planned' },
  )
  const step = asked.data?.step ?? null
  const [handle, setHandle] = useState('')
  const [value, setValue] = useState('')
  const [answer, setAnswer] = useState<'accepted' | 'refused' | ''>('')
  if (step === null) return null
  const asks = new Set(step.asks)
  const because =
    (asks.has('handle') && handle === '' && 'Enter the name that the target gave it.') ||
    (asks.has('value') && value === '' && 'Enter the value that the target shows.') ||
    (asks.has('answer') && answer === '' && 'Say what the target answered.') ||
    null
  return (
    <>
      <Button
        kind="first"
        needs={{ right: 'operate', environment: rotation.environment }}
        onPress={() => onWanted('hand-in')}
      >
        Report the step by hand
      </Button>
      {isWanted && (
        <Decide
          title={`By hand: ${step.verb} version ${step.version}`}
          operation="rotations.handIn"
          parts={() => ({
            params: { id: rotation.id },
            body: { ...(handle && { handle }), ...(value && { value }), ...(answer && { answer }) },
          })}
          because={because}
          confirm="It is done"
          done="It is recorded, and the rotation goes on."
          onClose={() => {
            setValue('')
            onWanted(null)
          }}
        >
          <ol className="steps">
            {step.steps.map(one => (
              <li key={one}>{one}</li>
            ))}
          </ol>
          <Facts
            facts={[
              step.name !== null && { name: 'Name', value: <code>{step.name}</code> },
              step.handle !== null && { name: 'At the target', value: <code>{step.handle}</code> },
            ]}
          />
          {asks.has('handle') && (
            <TextField label="What the target calls it" required value={handle} onChange={setHandle} />
          )}
          {asks.has('value') && (
            <TextField
              label="The value"
              type="password"
              autoComplete="off"
              required
              value={value}
              onChange={setValue}
              help="It is sealed at once, and leaves this form with it."
            />
          )}
          {asks.has('answer') && (
            <SelectField
              label="What the target answered"
              required
              value={answer}
              onChange={one => setAnswer(one as 'accepted' | 'refused')}
              options={[
                { value: '', text: 'Choose' },
                { value: 'accepted', text: 'It accepted the version' },
                { value: 'refused', text: 'It refused the version' },
              ]}
            />
          )}
        </Decide>
      )}
    </>
  )
}
