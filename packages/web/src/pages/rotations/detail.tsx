// One rotation: the answer first (who keeps the old version, and may it be retired), then the ledger, the gates, the plan, and what
// happened.
import type { RotationView } from '@rekey/wire'
import type { ReactNode } from 'react'
import { setQuery, to, useAddress } from '../../address.ts'
import { useAsk } from '../../api/use.ts'
import { useInSight } from '../../parts/in-sight.ts'
import { PhaseMark } from '../../parts/mark.tsx'
import { Await } from '../../parts/notice.tsx'
import { Page, Tabs } from '../../parts/page.tsx'
import { When } from '../../parts/time.tsx'
import { actorText } from '../audit/said/sentence.ts'
import { Containment } from './containment.tsx'
import { Decisions } from './decisions.tsx'
import { Gates } from './gates.tsx'
import { Happened } from './happened.tsx'
import { Matrix } from './matrix.tsx'
import { PlanTab } from './plan.tsx'
import { type GatesView, verdictOf } from './verdict.ts'
import { VerdictBox } from './verdict-box.tsx'
import { Waves } from './waves.tsx'

/** Evidence is no event: it is asked for. */
const everyMs = 1_500

export function RotationDetail({ id, tab }: { id: string; tab: string }) {
  const asked = useAsk('rotations.get', { params: { id } }, { everyMs })
  const name = asked.data?.credential ?? id
  return (
    <Page
      title={asked.data === undefined ? 'Rotation' : `Rotation of ${name}`}
      crumbs={
        <>
          <a href={to('rotations')}>Rotations</a> / {id}
        </>
      }
      about={asked.data && <About rotation={asked.data} />}
    >
      <Await asked={asked}>{rotation => <Known rotation={rotation} tab={tab} />}</Await>
    </Page>
  )
}

function About({ rotation }: { rotation: RotationView }) {
  const { credential, environment, phase, ending, trigger, openedBy, openedMs, old, new: fresh } = rotation
  return (
    <span className="row">
      <PhaseMark phase={phase} ending={ending} />
      <a href={to('credentials', credential)}>{credential}</a>
      <span>{environment}</span>
      <span>
        {old === null ? 'first version' : `v${old.version}`} →{' '}
        {fresh === null ? 'not minted yet' : `v${fresh.version}`}
      </span>
      <span>
        {trigger}, opened by {actorText(openedBy)} <When ms={openedMs} />
      </span>
    </span>
  )
}

function Known({ rotation, tab }: { rotation: RotationView; tab: string }) {
  const params = { id: rotation.id }
  const isOver = rotation.phase === 'ended'
  const ledger = useAsk('rotations.ledger', { params }, isOver ? {} : { everyMs })
  const gates = useAsk('rotations.gates', { params }, isOver ? {} : { everyMs })
  const { query } = useAddress()
  const verdict = ledger.data && verdictOf(rotation, ledger.data, gates.data ?? null)
  const refused = gates.data?.gates.filter(one => !one.open).length ?? 0
  const tabs: [string, string, ReactNode][] = [
    [
      'ledger',
      'Ledger',
      <Await key="l" asked={ledger}>
        {data => <Matrix ledger={data} rotation={rotation} />}
      </Await>,
    ],
    [
      'gates',
      gateTab(gates.data, refused),
      <Await key="g" asked={gates}>
        {data => <Gates gates={data} rotation={rotation} />}
      </Await>,
    ],
    ['plan', 'Plan', <PlanTab key="p" rotation={rotation} />],
    ['containment', 'Trust', <Containment key="c" rotation={rotation} />],
    [
      'happened',
      'What happened',
      <Await key="h" asked={ledger}>
        {data => <Happened ledger={data} rotation={rotation} />}
      </Await>,
    ],
  ]
  const here = tabs.find(([at]) => at === tab) ?? tabs[0]!
  return (
    <div className="stack">
      <Course rotation={rotation} />
      {verdict && <VerdictBox verdict={verdict} rotation={rotation} />}
      <Decisions
        rotation={rotation}
        mayRetire={verdict?.mayRetire === true}
        wanted={query.get('do')}
        onWanted={wanted => setQuery({ do: wanted ?? undefined })}
      />
      {ledger.data && rotation.plan.waves.length > 1 && <Waves rotation={rotation} ledger={ledger.data} />}
      <Tabs
        label="Parts of the rotation"
        tabs={tabs.map(([at, name]) => ({
          name,
          href: to('rotations', rotation.id, at),
          isHere: at === here[0],
        }))}
      />
      {here[2]}
    </div>
  )
}

const gateTab = (gates: GatesView | undefined, refused: number) =>
  gates === undefined || gates.gates.length === 0
    ? 'Gates'
    : refused === 0
      ? 'Gates (all open)'
      : `Gates (${refused} ${refused === 1 ? 'refuses' : 'refuse'})`

/** The course as it is, and where it stands. */
function Course({ rotation }: { rotation: RotationView }) {
  const { plan, step, phase } = rotation
  const at = step?.at ?? 0
  // Where it stands is in sight, behind the step before it.
  const list = useInSight<HTMLOListElement>(steps => steps.children[Math.max(0, at - 2)], at)
  const isTurned = rotation.turnedBecause !== null || (step !== null && step.of !== plan.course.length)
  if (isTurned) {
    return (
      <p className="soft">
        {step === null ? '' : `Step ${step.at} of ${step.of}: ${step.do}. `}
        {rotation.turnedBecause !== null && `The course was changed: ${rotation.turnedBecause}.`}
      </p>
    )
  }
  return (
    // What scrolls must be reached by keyboard.
    <ol className="course" aria-label="Course" ref={list} tabIndex={0}>
      {plan.course.map((text, at) => {
        const isDone = phase === 'ended' || (step !== null && at + 1 < step.at)
        const isHere = phase !== 'ended' && step !== null && at + 1 === step.at
        return (
          <li
            key={`${at} ${text}`}
            data-is={isDone ? 'done' : isHere ? 'here' : 'ahead'}
            {...(isHere && { 'aria-current': 'step' as const })}
          >
            {text}
            <span className="hidden">{isDone ? ' (done)' : isHere ? ' (now)' : ''}</span>
          </li>
        )
      })}
    </ol>
  )
}
