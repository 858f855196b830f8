// One consumer in a rotation: what is known of it, what it owes and how to get it, and what can be done about it alone.
import type { LedgerView, RotationView } from '@rekey/wire'
import { useState } from 'react'
import { to } from '../../address.ts'
import { Button } from '../../parts/button.tsx'
import { Decide } from '../../parts/decide.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { TruthMark, VersionMark } from '../../parts/mark.tsx'
import { Facts } from '../../parts/page.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { Instant, Lasts, When } from '../../parts/time.tsx'
import { Attest } from './attest.tsx'

interface ConsumerParts {
  row: LedgerView['rows'][number]
  ledger: LedgerView
  rotation: RotationView
  onClose: () => void
}
type Doing = null | 'attest' | 'move' | 'move-back' | 'restrict' | 'lift'

export function ConsumerDialog({ row, ledger, rotation, onClose }: ConsumerParts) {
  const [doing, setDoing] = useState<Doing>(null)
  const { environment, phase, restricted } = rotation
  const isUnderway = phase !== 'planned' && phase !== 'ended'
  const side = rotation.assignments.find(one => one.consumer === row.consumer)?.side
  const operate = { right: 'operate', environment } as const
  return (
    <>
      <Dialog
        title={row.name}
        wide
        onClose={onClose}
        foot={
          <a className="button" href={to('consumers', rotation.credential, row.consumer)}>
            All about it
          </a>
        }
      >
        {row.missing.length > 0 ? (
          <section className="stack-s">
            <h3>What is missing</h3>
            <ul role="list" className="missing">
              {row.missing.map(one => (
                <li key={`${one.gate} ${one.what} ${one.text}`}>
                  <div>
                    <Sentence>{one.text}</Sentence>
                    <span className="how">{one.how}</span>
                  </div>
                </li>
              ))}
            </ul>
          </section>
        ) : (
          <p>Nothing is missing: it would let the old version go.</p>
        )}
        {isUnderway && (
          <div className="row">
            <Button needs={operate} onPress={() => setDoing('attest')}>
              Exercised, or attest
            </Button>
            {side !== 'new' && rotation.new !== null && (
              <Button needs={operate} onPress={() => setDoing('move')}>
                Move it now
              </Button>
            )}
            {side === 'new' && rotation.old !== null && (
              <Button needs={operate} onPress={() => setDoing('move-back')}>
                Move it back
              </Button>
            )}
            {phase === 'contained' && !restricted.includes(row.consumer) && (
              <Button needs={operate} onPress={() => setDoing('restrict')}>
                Restrict
              </Button>
            )}
            {restricted.includes(row.consumer) && (
              <Button needs={{ right: 'decide', environment }} onPress={() => setDoing('lift')}>
                Lift the restriction
              </Button>
            )}
          </div>
        )}
        <Known row={row} ledger={ledger} />
      </Dialog>
      {doing === 'attest' && <Attest row={row} rotation={rotation} onClose={() => setDoing(null)} />}
      {(doing === 'move' || doing === 'move-back') && (
        <Decide
          title={`Move ${row.name} ${doing === 'move' ? 'to the new version' : 'back to the old version'}`}
          operation="decisions.moveConsumer"
          parts={reason => ({
            params: { id: rotation.id },
            body: { consumer: row.consumer, to: doing === 'move' ? 'new' : 'old', reason },
          })}
          asksReason
          confirm="Move it"
          done={`${row.name} is assigned the ${doing === 'move' ? 'new' : 'old'} version.`}
          onClose={() => setDoing(null)}
        >
          <p>
            It alone is assigned another version; the others stay where they are. What it owes begins anew
            from now.
          </p>
        </Decide>
      )}
      {(doing === 'restrict' || doing === 'lift') && (
        <RestrictDecision doing={doing} row={row} rotation={rotation} onClose={() => setDoing(null)} />
      )}
    </>
  )
}

function RestrictDecision({
  doing,
  row,
  rotation,
  onClose,
}: Omit<ConsumerParts, 'ledger'> & { doing: 'restrict' | 'lift' }) {
  const params = { id: rotation.id }
  const rest = { asksReason: true, confirm: doing === 'lift' ? 'Lift it' : 'Restrict it', onClose } as const
  if (doing === 'lift') {
    return (
      <Decide
        {...rest}
        title={`Lift the restriction of ${row.name}`}
        operation="decisions.lift"
        parts={reason => ({ params, body: { consumer: row.consumer, reason } })}
        done="It is lifted."
      />
    )
  }
  return (
    <Decide
      {...rest}
      title={`Restrict ${row.name}`}
      operation="decisions.restrict"
      parts={reason => ({ params, body: { consumer: row.consumer, reason, freeze: true } })}
      grave
      done="It is frozen: it is given no value until that is lifted."
    >
      <p>
        It cannot be verified and it matters, so it is set aside: it is given no value until somebody lifts
        that.
      </p>
    </Decide>
  )
}

function Known({ row, ledger }: Pick<ConsumerParts, 'row' | 'ledger'>) {
  const { leaving, arriving } = ledger
  const version = (one: number | null) => <VersionMark version={one} old={leaving} fresh={arriving} />
  return (
    <Facts
      facts={[
        { name: 'Truth', value: <TruthMark is={row.truth} /> },
        { name: 'Owner', value: row.owner ?? 'nobody' },
        { name: 'Takes up a new value', value: row.refresh },
        { name: 'Configuration', value: version(row.configuration) },
        { name: 'Behaviour', value: version(row.behaviour) },
        { name: 'Moved', value: <Instant ms={row.movedMs} none="not yet" /> },
        { name: 'First success with the new', value: <Instant ms={row.firstNewSuccessMs} none="not yet" /> },
        { name: 'Propagation', value: <Lasts ms={row.propagationMs} none="not yet" /> },
        { name: 'Last use of the old', value: <Instant ms={row.lastOldUseMs} none="never seen" /> },
        {
          name: 'Exercised',
          value: row.exercised === null ? 'it owes no exercise' : row.exercised ? 'yes' : 'not yet',
        },
        {
          name: 'Processes',
          value:
            row.runtime.length === 0 ? (
              'none was seen'
            ) : (
              <ul role="list" className="stack-s">
                {row.runtime.map(one => (
                  <li key={one.instance} className="row tight">
                    <code>{one.instance}</code> {version(one.version)}
                    <span className="small soft">
                      {one.stoppedMs === null ? 'seen ' : 'stopped '}
                      <When ms={one.stoppedMs ?? one.lastSeenMs} />
                    </span>
                  </li>
                ))}
              </ul>
            ),
        },
      ]}
    />
  )
}
