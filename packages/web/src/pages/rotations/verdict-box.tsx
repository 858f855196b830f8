// The answer, on top of everything: may it be retired, who keeps it, and what each of them lacks.
import type { RotationView } from '@rekey/wire'
import { to } from '../../address.ts'
import { TruthMark } from '../../parts/mark.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { When } from '../../parts/time.tsx'
import type { Verdict } from './verdict.ts'

const mostNamed = 4

export function VerdictBox({ verdict, rotation }: { verdict: Verdict; rotation: RotationView }) {
  const { tone, text, next, holders } = verdict
  const deadlineMs = rotation.mintedMs === null ? null : rotation.mintedMs + rotation.plan.windows.deadlineMs
  return (
    <section className="notice verdict" data-is={tone} aria-label="May the old version be retired?">
      <p className="verdict-text">
        <Sentence>{text}</Sentence>
      </p>
      {holders.length > 0 && (
        <ul role="list" className="holders">
          {holders.slice(0, mostNamed).map(one => (
            <li key={one.consumer}>
              {!one.text.includes(one.name) && <strong>{one.name}: </strong>}
              <Sentence>{`${one.text}: ${one.how}.`}</Sentence> <TruthMark is={one.truth} />
              {one.more > 0 && <span className="soft"> And {one.more} more.</span>}
            </li>
          ))}
        </ul>
      )}
      {holders.length > mostNamed && (
        <p className="small">
          <a href={to('rotations', rotation.id, 'ledger')}>
            {holders.length - mostNamed} more are in the ledger.
          </a>
        </p>
      )}
      {next !== null && (
        <p className="small">
          <Sentence>{next}</Sentence>
        </p>
      )}
      {rotation.overdueMs !== null && (
        <p className="small">
          <strong>Two versions have been valid for longer than planned</strong>, since{' '}
          <When ms={rotation.overdueMs} />.
        </p>
      )}
      {rotation.overdueMs === null &&
        deadlineMs !== null &&
        rotation.plan.windows.overlapMs !== null &&
        rotation.phase !== 'ended' && (
          <p className="small soft">
            Both versions may be valid until <When ms={deadlineMs} />.
          </p>
        )}
    </section>
  )
}
