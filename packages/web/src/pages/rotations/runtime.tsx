// The processes of a consumer, by the version that they loaded.
import type { LedgerView } from '@rekey/wire'
import { type Truth, TruthMark } from '../../parts/mark.tsx'

type Instance = LedgerView['rows'][number]['runtime'][number]
interface RuntimeParts {
  instances: readonly Instance[]
  leaving: number | null
  arriving: number | null
}

export function Runtime({ instances, leaving, arriving }: RuntimeParts) {
  const alive = instances.filter(one => one.stoppedMs === null)
  if (alive.length === 0)
    return <span className="soft">{instances.length === 0 ? 'none seen' : 'all stopped'}</span>
  const counts = new Map<Truth, number>()
  for (const { version } of alive) {
    const is =
      version === null ? 'unknown' : version === arriving ? 'new' : version === leaving ? 'old' : 'mixed'
    counts.set(is, (counts.get(is) ?? 0) + 1)
  }
  return (
    <span className="row tight">
      {(['old', 'mixed', 'unknown', 'new'] as const).map(is => {
        const count = counts.get(is)
        return count === undefined ? null : (
          <TruthMark key={is} is={is}>
            {count} {is === 'mixed' ? 'another' : is}
          </TruthMark>
        )
      })}
    </span>
  )
}
