// The decisions of a rotation as buttons, each with a form that says what will happen. A link can open one: `?do=retire`.
import type { RotationView } from '@rekey/wire'
import type { Parts } from '../../api/ask.ts'
import { useAsk } from '../../api/use.ts'
import { Button } from '../../parts/button.tsx'
import { Decide } from '../../parts/decide.tsx'
import { type Decision, decisions } from './decision-list.ts'
import { HandStep } from './hand-step.tsx'

interface DecisionsParts {
  rotation: RotationView
  mayRetire: boolean
  wanted: string | null
  onWanted: (wanted: string | null) => void
}

export function Decisions({ rotation, mayRetire, wanted, onWanted }: DecisionsParts) {
  const { phase, environment } = rotation
  const possible = decisions.filter(one => one.phases.includes(phase))
  // A form that is open stays, whatever becomes of the rotation beneath it: what was sent may not be known yet, and if it means
  // nothing any more the control plane says why.
  const chosen = decisions.find(one => one.do === wanted)
  const isObserving = phase === 'running' && rotation.step?.do === 'observe'
  const close = () => onWanted(null)
  return (
    <div className="row" role="group" aria-label="Decide">
      {isObserving && (
        <Button
          kind="first"
          needs={{ right: 'decide', environment }}
          because={
            mayRetire
              ? null
              : 'A gate refuses: see above who keeps the old version, and what each of them lacks.'
          }
          onPress={() => onWanted('retire')}
        >
          Retire {rotation.old === null ? 'the old version' : `v${rotation.old.version}`}
        </Button>
      )}
      {phase !== 'ended' && (
        <HandStep rotation={rotation} isWanted={wanted === 'hand-in'} onWanted={onWanted} />
      )}
      {possible.map(one => (
        <Button
          key={one.do}
          needs={{ right: one.right, environment }}
          {...(one.asSeen && { kind: 'first' as const })}
          onPress={() => onWanted(one.do)}
        >
          {one.text}
        </Button>
      ))}
      {wanted === 'retire' && <Retire rotation={rotation} onClose={close} />}
      {chosen !== undefined && <OneDecision decision={chosen} rotation={rotation} onClose={close} />}
    </div>
  )
}

const tagOf = ({ seq }: RotationView) => `"${seq}"`

function OneDecision({
  decision,
  rotation,
  onClose,
}: {
  decision: Decision
  rotation: RotationView
  onClose: () => void
}) {
  const { operation, text, about, reason: field, grave, asSeen } = decision
  return (
    <Decide
      title={`${text}: rotation of ${rotation.credential}`}
      operation={operation}
      parts={reason =>
        ({ params: { id: rotation.id }, body: field === undefined ? {} : { [field]: reason } }) as Parts<
          typeof operation
        >
      }
      {...(asSeen && { ifMatch: tagOf(rotation) })}
      asksReason={field !== undefined}
      confirm={text}
      grave={grave === true}
      done={`Done: ${text.toLowerCase()}.`}
      onClose={onClose}
    >
      <p>{about}</p>
    </Decide>
  )
}

/** What is about to be ended for good, and on what evidence. */
function Retire({ rotation, onClose }: { rotation: RotationView; onClose: () => void }) {
  const { old, plan } = rotation
  const gates = useAsk('rotations.gates', { params: { id: rotation.id } })
  const over = gates.data?.gates.flatMap(one => one.overridden) ?? []
  return (
    <Decide
      title={`Retire version ${old?.version ?? '?'} of ${rotation.credential}`}
      operation="decisions.retire"
      parts={() => ({ params: { id: rotation.id }, body: {} })}
      ifMatch={tagOf(rotation)}
      confirm={`Retire v${old?.version ?? '?'}`}
      done="It is decided. The old version is disabled first, watched, and only then destroyed."
      onClose={onClose}
    >
      <p>
        Every gate is open. Version {old?.version} is disabled where the target can, watched while nobody
        reaches for it, then destroyed, and it is proved that the target refuses it.
      </p>
      {plan.approvals > 1 && <p>Two people have to decide this; the second one completes it.</p>}
      {over.length > 0 && (
        <p>
          <strong>{over.length} gates were overridden</strong>:{' '}
          {over.map(one => `${one.by}: ${one.reason}`).join('; ')}.
        </p>
      )}
    </Decide>
  )
}
