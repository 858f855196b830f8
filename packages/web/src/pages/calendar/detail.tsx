// Why a rotation begins when it does: the reasons, and the whole policy.
import { to } from '../../address.ts'
import { Sentence } from '../../parts/sentence.tsx'
import { Instant } from '../../parts/time.tsx'
import { kindText } from '../credentials/kind-text.ts'
import type { Due } from './days.ts'
import { policyFacts } from './policy-words.ts'

export function DueDetail({ due }: { due: Due }) {
  const { credential, reasons, policy, everyMs, fingerprint, issuedAtMs, startAtMs, dueAtMs, kind } = due
  return (
    <div className="columns">
      <div className="stack-s">
        <h3>Why then</h3>
        {reasons.length === 0 ? (
          <p className="soft">Its policy alone says so.</p>
        ) : (
          <ul className="advice">
            {reasons.map(({ code, text }) => (
              <li key={code}>
                <Sentence>{text}</Sentence>
              </li>
            ))}
          </ul>
        )}
        <dl className="facts">
          <dt>Begins</dt>
          <dd>
            <Instant ms={startAtMs} />
          </dd>
          <dt>Due</dt>
          <dd>
            <Instant ms={dueAtMs} />
          </dd>
          <dt>Issued</dt>
          <dd>
            <Instant ms={issuedAtMs} none="nobody knows when" />
          </dd>
          <dt>Fingerprint</dt>
          <dd>
            {fingerprint === null ? (
              <span className="soft">none</span>
            ) : (
              <code className="breaks">{fingerprint}</code>
            )}
          </dd>
          <dt>Kind</dt>
          <dd>{kindText(kind)}</dd>
        </dl>
      </div>
      <div className="stack-s">
        <h3>Policy</h3>
        <dl className="facts">
          {policyFacts(policy, everyMs).map(({ name, value }) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <p>
          <a href={to('credentials', credential, 'policy')}>Change its policy</a>
        </p>
      </div>
    </div>
  )
}
