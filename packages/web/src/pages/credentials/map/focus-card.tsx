// What hangs on the node that is looked at: how it takes up a value, what it does for the business, who owns it.
import { to } from '../../../address.ts'
import { Mark } from '../../../parts/mark.tsx'
import { Facts } from '../../../parts/page.tsx'
import { Lasts } from '../../../parts/time.tsx'
import { PathMark } from '../../consumers/path-mark.tsx'
import {
  accessText,
  behaviourTexts,
  type ConsumerRecord,
  cadenceText,
  fallbackText,
  observabilityTexts,
  reloadText,
} from '../../consumers/words.ts'

interface CardParts {
  credential: { id: string; target: string }
  consumers: readonly ConsumerRecord[]
  focus: string | null
  isTarget: boolean
  onClose: () => void
}

export function FocusCard({ credential, consumers, focus, isTarget, onClose }: CardParts) {
  const one = consumers.find(consumer => consumer.id === focus)
  return (
    <section className="card focus-card" aria-live="polite" aria-label="The node that is looked at">
      {one !== undefined ? (
        <Known credential={credential.id} one={one} consumers={consumers} onClose={onClose} />
      ) : (
        <p className="soft">
          {isTarget
            ? `${credential.target} accepts the credential. Whoever stands right of it authenticates there, or holds a token of somebody who does.`
            : focus !== null
              ? 'Somebody gets a token through it, and nobody has registered it: what depends on it cannot be proved.'
              : 'Press a node to see what it does, how it takes up a new value, and whom it is tied to.'}
        </p>
      )}
    </section>
  )
}

function Known({
  credential,
  one,
  consumers,
  onClose,
}: {
  credential: string
  one: ConsumerRecord
  consumers: readonly ConsumerRecord[]
  onClose: () => void
}) {
  const behind = consumers.filter(({ access }) => access.how === 'indirect' && access.through === one.id)
  return (
    <div className="stack-s">
      <div className="row between">
        <h3 className="anywhere">
          <a href={to('consumers', credential, one.id)}>{one.name}</a>
        </h3>
        <button type="button" className="plain icon" aria-label="Show all again" onClick={onClose}>
          ✕
        </button>
      </div>
      <p className="row">
        <PathMark is={one.pathClass} /> {behaviourTexts[one.behaviour]}
        {one.critical && <Mark tone="bad">critical</Mark>}
        {one.idle !== null && <Mark tone="plain">idle</Mark>}
      </p>
      <Facts
        facts={[
          {
            name: 'For the business',
            value:
              one.effects.length === 0 ? (
                <span className="soft">nobody has said</span>
              ) : (
                one.effects.join('; ')
              ),
          },
          { name: 'Takes up a value', value: reloadText(one.reload) },
          { name: 'Reaches the target', value: accessText(one.access) },
          { name: 'Runs', value: cadenceText(one.cadence) },
          one.sessionMs > 0 && { name: 'Keeps sessions', value: <Lasts ms={one.sessionMs} /> },
          { name: 'When refused', value: fallbackText(one.fallback) },
          { name: 'Observed by', value: observabilityTexts[one.observability] },
          { name: 'Owner', value: one.owner?.name ?? <Mark tone="warn">nobody</Mark> },
          behind.length > 0 && { name: 'Hands on to', value: behind.map(other => other.name).join(', ') },
        ]}
      />
    </div>
  )
}
