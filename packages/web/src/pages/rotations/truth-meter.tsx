// How many consumers act on what, as a bar and in words.
import type { Truth } from '../../parts/mark.tsx'

const order: readonly Truth[] = ['new', 'mixed', 'old', 'unknown']

export function TruthMeter({ truth }: { truth: Readonly<Record<Truth, number>> }) {
  const all = order.reduce((sum, one) => sum + truth[one], 0)
  const text = order
    .filter(one => truth[one] > 0)
    .map(one => `${truth[one]} ${one}`)
    .join(', ')
  return (
    <div className="stack-s">
      <div className="meter" aria-hidden="true">
        {all > 0 &&
          order
            .filter(one => truth[one] > 0)
            .map(one => <span key={one} data-is={one} style={{ flexGrow: truth[one] }} />)}
      </div>
      <span className="small">{text === '' ? 'no consumers' : text}</span>
    </div>
  )
}
