// The versions of a credential: what became of each and when, on a line of time and as a table; and their values, one at a time.
import type { CredentialView } from '@rekey/wire'
import { useMemo, useState } from 'react'
import { to, withQuery } from '../../../address.ts'
import { useAsk } from '../../../api/use.ts'
import { Button } from '../../../parts/button.tsx'
import { Mark, type Tone } from '../../../parts/mark.tsx'
import { Await, Notice } from '../../../parts/notice.tsx'
import { Empty } from '../../../parts/page.tsx'
import { type Column, Table } from '../../../parts/table.tsx'
import { When } from '../../../parts/time.tsx'
import { Fingerprint } from '../fingerprint.tsx'
import { type Life, type Mark as LifeMark, livesOf, type VersionView } from './lives.ts'
import { Reveal } from './reveal.tsx'
import { TimeLine } from './time-line.tsx'

const stateTexts: Record<VersionView['state'], [text: string, tone: Tone]> = {
  intended: ['about to be made', 'plain'],
  'pre-active': ['made, not yet used', 'mark'],
  active: ['active', 'good'],
  suspended: ['disabled', 'warn'],
  destroyed: ['destroyed', 'plain'],
  dead: ['proved dead', 'plain'],
  void: ['void', 'plain'],
}
const mostEvents = 1_000

export function VersionsTab({ credential }: { credential: CredentialView }) {
  const { id, currentVersion } = credential
  const versions = useAsk('credentials.versions', { params: { id } })
  const history = useAsk('record.history', { query: { credential: id, limit: mostEvents } })
  const [shown, setShown] = useState<number | null>(null)
  const lives = useMemo(
    () => livesOf(versions.data?.items ?? [], history.data?.items ?? []).toReversed(),
    [versions.data, history.data],
  )
  return (
    <div className="stack">
      <Await asked={versions}>
        {({ items }) =>
          items.length === 0 ? (
            <None credential={credential} />
          ) : (
            <>
              <TimeLine lives={lives} />
              {history.data?.more && (
                <p className="small soft">
                  The record goes further back than what was read here. <a href={to('audit')}>The audit</a>{' '}
                  has all of it.
                </p>
              )}
              <Table
                caption="Versions"
                columns={columnsOf(credential, setShown)}
                rows={lives}
                keyOf={one => String(one.version.number)}
                rowHeight={64}
              />
              {currentVersion === null && (
                <Notice tone="warn">None of these is in use: no version is assigned to anybody now.</Notice>
              )}
            </>
          )
        }
      </Await>
      {shown !== null && <Reveal credential={credential} number={shown} onClose={() => setShown(null)} />}
    </div>
  )
}

const None = ({ credential: { openRotation, id } }: { credential: CredentialView }) => (
  <Empty title="No version is known yet.">
    <p>
      A version is one value of the credential. The first is issued by a rotation; or it is the value that was
      handed over when the credential was registered.
    </p>
    {openRotation === null ? (
      <a className="button first" href={withQuery(to('credentials', id, 'versions'), { do: 'rotate' })}>
        Plan the first rotation
      </a>
    ) : (
      <a className="button first" href={to('rotations', openRotation)}>
        Look at its rotation
      </a>
    )}
  </Empty>
)

const at = (life: Life, is: LifeMark['is']) => life.marks.findLast(one => one.is === is)?.atMs ?? null
const timeColumn = (is: LifeMark['is'], head: string): Column<Life> => ({
  id: is,
  head,
  cell: one => <When ms={at(one, is)} />,
  sort: one => at(one, is),
})

function columnsOf(
  { currentVersion, environment }: CredentialView,
  onShow: (number: number) => void,
): readonly Column<Life>[] {
  return [
    {
      id: 'number',
      head: 'Version',
      names: true,
      cell: ({ version: { number, handle, fingerprint } }) => (
        <>
          v{number} {number === currentVersion && <Mark tone="mark">current</Mark>}
          {handle !== null && (
            <div className="small soft">
              <code className="anywhere" title={handle}>
                {handle}
              </code>
            </div>
          )}
          {fingerprint !== null && (
            <div className="small soft">
              <Fingerprint of={fingerprint} />
            </div>
          )}
        </>
      ),
      sort: one => one.version.number,
    },
    {
      id: 'state',
      head: 'State',
      cell: ({ version: { state, compromised } }) => (
        <span className="row">
          <Mark tone={stateTexts[state][1]}>{stateTexts[state][0]}</Mark>
          {compromised && <Mark tone="bad">compromised</Mark>}
        </span>
      ),
      sort: one => one.version.state,
    },
    timeColumn('issued', 'Issued'),
    timeColumn('disabled', 'Disabled'),
    timeColumn('destroyed', 'Destroyed'),
    timeColumn('dead', 'Proved dead'),
    timeColumn('compromised', 'Compromised'),
    {
      id: 'value',
      head: 'Value',
      cell: ({ version: { number, state, fingerprint } }) =>
        fingerprint === null ? (
          <span className="soft">–</span>
        ) : (
          <Button
            onPress={() => onShow(number)}
            needs={{ right: 'decide', environment }}
            because={state === 'void' ? 'Nobody ever held it.' : null}
            label={`Show the value of version ${number}`}
          >
            Show
          </Button>
        ),
    },
  ]
}
