// A named person's word for what no program reports: above all that a rare path was exercised on purpose.
import { useState } from 'react'
import { Decide } from '../../parts/decide.tsx'
import { type Option, SelectField, TextField } from '../../parts/fields.tsx'
import { MomentField } from '../../parts/moment-field.tsx'

const seen = [
  ['exercised', 'I ran it on purpose, and it worked'],
  ['success', 'It did real work'],
  ['restarted', 'It was restarted, and loaded the version'],
  ['stopped', 'It was stopped'],
  ['fallback-confirmed', 'Its fallback works with the version'],
  ['fallback-disabled', 'Its fallback is disabled'],
  ['auth-failure', 'It was refused'],
] as const
type Saw = (typeof seen)[number][0]

interface AttestParts {
  credential: string
  consumer: string
  name: string
  /** Which it may have been. */
  versions: readonly Option[]
  /** Which it most likely was. */
  version: number | null
  /** Those that it names; without any, one is typed. */
  lanes?: readonly string[]
  laneHelp: string
  /** It may have been seen earlier than now. */
  asksWhen?: boolean
  onClose: () => void
}

export function AttestDialog(given: AttestParts) {
  const { credential, consumer, name, versions, lanes = [], laneHelp, asksWhen = false, onClose } = given
  const [saw, setSaw] = useState<Saw>('exercised')
  const [version, setVersion] = useState(String(given.version ?? ''))
  const [lane, setLane] = useState('')
  const [atMs, setAtMs] = useState<number | null>(null)
  return (
    <Decide
      title={`Say what you saw of ${name}`}
      operation="consumers.attest"
      parts={note => ({
        params: { credential, id: consumer },
        body: {
          saw,
          version: version === '' ? null : Number(version),
          note,
          ...(lane !== '' && { lane }),
          ...(atMs !== null && { atMs }),
        },
      })}
      asksReason="What you did, and how you know"
      confirm="I attest this"
      done="It is in the record under your name, and counts as evidence."
      onClose={onClose}
    >
      <p>
        This counts as evidence under your name. It does not replace what programs report: where those say
        otherwise, they are believed.
      </p>
      <div className="fields">
        <SelectField
          label="What you saw"
          value={saw}
          onChange={value => setSaw(value as Saw)}
          options={seen.map(([value, text]) => ({ value, text }))}
        />
        <SelectField
          label="With which version"
          value={version}
          onChange={setVersion}
          options={[...versions, { value: '', text: 'I do not know' }]}
        />
        {lanes.length > 0 ? (
          <SelectField
            label="Lane"
            value={lane}
            onChange={setLane}
            options={[
              { value: '', text: 'None of its own' },
              ...lanes.map(value => ({ value, text: value })),
            ]}
          />
        ) : (
          <TextField label="Lane" help={laneHelp} value={lane} onChange={setLane} />
        )}
        {asksWhen && (
          <MomentField
            label="When"
            help="Empty: just now. Two days back at the most"
            ms={atMs}
            onChange={setAtMs}
          />
        )}
      </div>
    </Decide>
  )
}
