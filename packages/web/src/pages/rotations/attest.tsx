// A named person's word for what no program reports: above all that a rare path was exercised on purpose.
import type { LedgerView, RotationView } from '@rekey/wire'
import { useState } from 'react'
import { Decide } from '../../parts/decide.tsx'
import { SelectField, TextField } from '../../parts/fields.tsx'

export const seen = [
  ['exercised', 'I ran it on purpose, and it worked'],
  ['success', 'It did real work'],
  ['restarted', 'It was restarted, and loaded the version'],
  ['stopped', 'It was stopped'],
  ['fallback-confirmed', 'Its fallback works with the version'],
  ['fallback-disabled', 'Its fallback is disabled'],
  ['auth-failure', 'It was refused'],
] as const
export type Saw = (typeof seen)[number][0]

interface AttestParts {
  row: Pick<LedgerView['rows'][number], 'consumer' | 'name'>
  rotation: Pick<RotationView, 'credential' | 'old' | 'new'>
  onClose: () => void
}

export function Attest({ row, rotation, onClose }: AttestParts) {
  const { credential, old, new: fresh } = rotation
  const [saw, setSaw] = useState<Saw>('exercised')
  const [version, setVersion] = useState(String(fresh?.version ?? old?.version ?? ''))
  const [lane, setLane] = useState('')
  const versions = [fresh, old].flatMap(one => (one === null ? [] : [one.version]))
  return (
    <Decide
      title={`Say what you saw of ${row.name}`}
      operation="consumers.attest"
      parts={note => ({
        params: { credential, id: row.consumer },
        body: { saw, version: version === '' ? null : Number(version), note, ...(lane !== '' && { lane }) },
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
          options={[
            ...versions.map(one => ({
              value: String(one),
              text: `v${one}, the ${one === fresh?.version ? 'new' : 'old'} one`,
            })),
            { value: '', text: 'I do not know' },
          ]}
        />
        <TextField
          label="Lane"
          help="The workflow that it was, where there are several."
          value={lane}
          onChange={setLane}
        />
      </div>
    </Decide>
  )
}
