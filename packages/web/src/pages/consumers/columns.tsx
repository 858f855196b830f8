// Consumers as rows of a table.
import { to } from '../../address.ts'
import { Mark } from '../../parts/mark.tsx'
import type { Column } from '../../parts/table.tsx'
import { When } from '../../parts/time.tsx'
import { PathMark } from './path-mark.tsx'
import { behaviourTexts, type ConsumerRecord, lacksOf, observedTexts, reloadText } from './words.ts'

export type ConsumerRow = ConsumerRecord & { environment?: string }

export const columns: readonly Column<ConsumerRow>[] = [
  {
    id: 'name',
    head: 'Consumer',
    names: true,
    cell: one => (
      <>
        <a href={to('consumers', one.credential, one.id)} className="anywhere" title={one.name}>
          {one.name}
        </a>
        <div className="small soft">
          <span className="anywhere">{behaviourTexts[one.behaviour]}</span>
        </div>
      </>
    ),
    sort: one => one.name.toLowerCase(),
  },
  {
    id: 'credential',
    head: 'Credential',
    cell: one => (
      <>
        <a href={to('credentials', one.credential)} className="anywhere" title={one.credential}>
          {one.credential}
        </a>
        <div className="small soft">{one.environment}</div>
      </>
    ),
    sort: one => one.credential,
  },
  {
    id: 'path',
    head: 'Path class',
    cell: one => <PathMark is={one.pathClass} />,
    sort: one => one.pathClass,
  },
  {
    id: 'owner',
    head: 'Owner',
    cell: one =>
      one.owner === null ? (
        <Mark tone="warn">nobody</Mark>
      ) : (
        <span className="anywhere" title={one.owner.name}>
          {one.owner.name}
        </span>
      ),
    sort: one => one.owner?.name ?? null,
  },
  {
    id: 'reload',
    head: 'Takes up a new value',
    cell: one => (one.reload.how === 'unknown' ? <Mark tone="warn">unknown</Mark> : reloadText(one.reload)),
    sort: one => reloadText(one.reload),
  },
  {
    id: 'seen',
    head: 'Observed by',
    cell: one =>
      one.observability === 'none' ? <Mark tone="warn">nothing</Mark> : observedTexts[one.observability],
    sort: one => one.observability,
  },
  {
    id: 'ran',
    head: 'Last exercised',
    cell: one =>
      one.idle === null ? (
        <When ms={one.lastExercisedAtMs} none="not seen" />
      ) : (
        <Mark tone="plain">idle</Mark>
      ),
    sort: one => one.lastExercisedAtMs,
  },
]

export const textOf = (one: ConsumerRow) =>
  [
    one.id,
    one.name,
    one.credential,
    one.environment,
    behaviourTexts[one.behaviour],
    one.pathClass,
    one.owner?.name,
    ...one.effects,
    ...lacksOf(one).map(lack => lack.what),
  ].join(' ')
