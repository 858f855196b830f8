// What was checked, step by step, each with its outcome.
import { Mark, type Tone } from '../../parts/mark.tsx'
import type { Outcome, Step } from '../../proof/verify.ts'

export const outcomeTones: Record<Outcome, Tone> = { holds: 'good', fails: 'bad', unknown: 'warn' }

export function Steps({ steps }: { steps: readonly Step[] }) {
  return (
    <ol className="proof-steps" aria-label="What was checked">
      {steps.map(({ id, title, outcome, text, shown }) => (
        <li key={id} className="stack-s">
          <div className="row">
            <Mark tone={outcomeTones[outcome]}>{outcome}</Mark>
            <strong>{title}</strong>
          </div>
          <p>{text}</p>
          {shown.length > 0 && (
            <dl className="proof-shown small">
              {shown.map(({ name, value }) => (
                <div key={name}>
                  <dt className="soft">{name}</dt>
                  <dd>
                    <code>{value}</code>
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </li>
      ))}
    </ol>
  )
}
