// Waves as they move: who of each has moved, and who has shown it.
import type { LedgerView, RotationView } from '@rekey/wire'
import { TruthMeter } from './truth-meter.tsx'

export function Waves({ rotation, ledger }: { rotation: RotationView; ledger: LedgerView }) {
  const rows = new Map(ledger.rows.map(row => [row.consumer, row]))
  return (
    <ol className="waves" aria-label="Waves">
      {rotation.plan.waves.map((wave, at) => {
        const those = wave.consumers.flatMap(one => rows.get(one) ?? [])
        const truth = { old: 0, new: 0, mixed: 0, unknown: 0 }
        for (const one of those) truth[one.truth]++
        const moved = those.filter(one => one.movedMs !== null).length
        return (
          <li key={wave.name} className="wave">
            <span className="row between">
              <strong>
                {at + 1}. {wave.name}
              </strong>
              <span className="small soft">
                {moved} of {wave.consumers.length} moved
              </span>
            </span>
            <TruthMeter truth={truth} />
          </li>
        )
      })}
    </ol>
  )
}
