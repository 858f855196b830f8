// Who acts on what, and who can still be trusted: what one needs to know when a rotation is contained, and may look at before.
import type { RotationView } from '@rekey/wire'
import type { Answer } from '../../api/ask.ts'
import { useAsk } from '../../api/use.ts'
import { Mark, TruthMark } from '../../parts/mark.tsx'
import { Await, Notice } from '../../parts/notice.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { When } from '../../parts/time.tsx'

type Row = Answer<'rotations.containment'>['consumers'][number]
const tones = { trusted: 'good', unproved: 'warn', 'set-aside': 'bad' } as const

const columns: readonly Column<Row>[] = [
  { id: 'name', head: 'Consumer', names: true, cell: one => one.name, sort: one => one.name },
  { id: 'truth', head: 'Truth', cell: one => <TruthMark is={one.truth} />, sort: one => one.truth },
  { id: 'version', head: 'Version', cell: one => (one.version === null ? '–' : `v${one.version}`) },
  {
    id: 'trust',
    head: 'Trust',
    cell: one => <Mark tone={tones[one.trust]}>{one.trust}</Mark>,
    sort: one => one.trust,
  },
  {
    id: 'clean',
    head: 'Last clean success',
    cell: one => <When ms={one.lastCleanMs} none="none" />,
    sort: one => one.lastCleanMs,
  },
  {
    id: 'text',
    head: 'Why',
    cell: one => (
      <>
        <Sentence>{one.text}</Sentence>
        {one.how !== null && <span className="how">{one.how}</span>}
      </>
    ),
  },
]

export function Containment({ rotation }: { rotation: RotationView }) {
  const isOver = rotation.phase === 'ended' || rotation.phase === 'planned'
  const asked = useAsk(
    'rotations.containment',
    { params: { id: rotation.id } },
    isOver ? {} : { everyMs: 2_000 },
  )
  return (
    <Await asked={asked}>
      {({ contained, cause, sinceMs, mayResume, mayGoBack, trusted, consumers }) => (
        <div className="stack">
          {contained ? (
            <Notice tone="bad" title={`It is contained: ${cause ?? 'nobody has said why'}.`}>
              <p>
                Since <When ms={sinceMs} />. Nothing expands and nothing is retired. It{' '}
                {mayResume ? 'may be resumed' : 'may not be resumed yet'}, and{' '}
                {mayGoBack ? 'may go back' : 'there is no way back'}.
              </p>
            </Notice>
          ) : (
            <p className="soft">It is not contained. This is how each consumer would stand if it were.</p>
          )}
          <p>
            {trusted.length} of {consumers.length} can be trusted.
          </p>
          <Table
            caption="Who can be trusted"
            columns={columns}
            rows={consumers}
            keyOf={one => one.consumer}
            textOf={one => `${one.name} ${one.text}`}
          />
        </div>
      )}
    </Await>
  )
}
