// One credential: how it stands, what can be done with it, and its parts as tabs.
import type { CredentialView } from '@rekey/wire'
import { lazy, type ReactNode, Suspense } from 'react'
import { setQuery, to, useAddress, withQuery } from '../../address.ts'
import { useAsk } from '../../api/use.ts'
import { ButtonLink } from '../../parts/button-link.tsx'
import { Mark } from '../../parts/mark.tsx'
import { Await } from '../../parts/notice.tsx'
import { Facts, Page, Tabs } from '../../parts/page.tsx'
import { useNow, When } from '../../parts/time.tsx'
import { ConsumersTab } from './consumers-tab.tsx'
import { PolicyTab } from './edit/policy-tab.tsx'
import { EditTab } from './edit/tab.tsx'
import { Fingerprint } from './fingerprint.tsx'
import { HistoryTab } from './history-tab.tsx'
import { kindText } from './kind-text.ts'
import { isLate } from './listed.ts'
import { PlanDialog } from './plan-dialog.tsx'
import { RadiusTab } from './radius-tab.tsx'
import { UsesTab } from './uses/tab.tsx'
import { VersionsTab } from './versions/tab.tsx'

const MapTab = lazy(async () => ({ default: (await import('./map/tab.tsx')).MapTab }))

type Draw = (credential: CredentialView) => ReactNode
const tabs: readonly [at: string, name: string, draw: Draw][] = [
  ['map', 'Map', one => <MapTab credential={one} />],
  ['consumers', 'Consumers', one => <ConsumersTab credential={one} />],
  ['versions', 'Versions', one => <VersionsTab credential={one} />],
  ['policy', 'Policy', one => <PolicyTab credential={one} />],
  ['radius', 'Blast radius', one => <RadiusTab credential={one} />],
  ['uses', 'Uses', one => <UsesTab credential={one} />],
  ['history', 'History', one => <HistoryTab credential={one} />],
  ['edit', 'Edit', one => <EditTab credential={one} />],
]

export function CredentialPage({ id, tab }: { id: string; tab: string }) {
  const asked = useAsk('credentials.get', { params: { id } })
  const one = asked.data
  return (
    <Page
      title={one?.name ?? id}
      crumbs={
        <>
          <a href={to('credentials')}>Credentials</a> / <span className="anywhere">{id}</span>
        </>
      }
      about={one && <About one={one} />}
      actions={one && <Actions one={one} />}
    >
      <Await asked={asked}>{credential => <Known one={credential} tab={tab} />}</Await>
    </Page>
  )
}

const About = ({ one }: { one: CredentialView }) => (
  <span className="anywhere">
    {one.kind === 'other' ? 'credential' : kindText(one.kind)} of {one.target}, {one.environment}
  </span>
)

function Actions({ one }: { one: CredentialView }) {
  const { id, environment, openRotation } = one
  return (
    <>
      {openRotation === null ? (
        <button type="button" className="first" onClick={() => setQuery({ do: 'rotate' })}>
          Plan a rotation
        </button>
      ) : (
        <a className="button first" href={to('rotations', openRotation)}>
          Go to its rotation
        </a>
      )}
      <ButtonLink
        kind="grave"
        href={withQuery(to('kills', 'new'), { of: 'credential', credential: id })}
        needs={{ right: 'decide', environment }}
      >
        Kill
      </ButtonLink>
      <ButtonLink href={to('credentials', id, 'edit')} needs={{ right: 'operate', environment }}>
        Edit
      </ButtonLink>
    </>
  )
}

function Known({ one, tab }: { one: CredentialView; tab: string }) {
  const { query } = useAddress()
  const here = tabs.find(([at]) => at === tab) ?? tabs[0]!
  return (
    <div className="stack">
      <Head one={one} />
      <Tabs
        label="Parts of the credential"
        tabs={tabs
          .filter(([at]) => at !== 'edit' || tab === 'edit')
          .map(([at, name]) => ({ name, href: to('credentials', one.id, at), isHere: at === here[0] }))}
      />
      <Suspense fallback={<p className="loading">Loading …</p>}>{here[2](one)}</Suspense>
      {query.get('do') === 'rotate' && one.openRotation === null && (
        <PlanDialog credential={one} onClose={() => setQuery({ do: undefined })} />
      )}
    </div>
  )
}

function Head({ one }: { one: CredentialView }) {
  const nowMs = useNow(60_000)
  const { currentVersion, fingerprint, issuedAtMs, owner, openRotation, nextRotationMs, lastRotationMs } = one
  return (
    <div className="card">
      <Facts
        facts={[
          {
            name: 'Current version',
            value:
              currentVersion === null ? (
                'none yet: the first rotation issues one'
              ) : (
                <>
                  v{currentVersion} <Fingerprint of={fingerprint} />, issued{' '}
                  <When ms={issuedAtMs} none="at a time nobody knows" />
                </>
              ),
          },
          {
            name: 'Owner',
            value:
              owner === null ? (
                <>
                  <Mark tone="warn">nobody</Mark> No rotation can start without one.{' '}
                  <a href={to('credentials', one.id, 'edit')}>Enter an owner</a>
                </>
              ) : (
                <span className="anywhere">{owner.name}</span>
              ),
          },
          {
            name: openRotation === null ? 'Next rotation' : 'Rotation',
            value:
              openRotation === null ? (
                <>
                  <When ms={nextRotationMs} none="no day is set" />{' '}
                  {isLate(one, nowMs) && <Mark tone="bad">late</Mark>}
                </>
              ) : (
                <a href={to('rotations', openRotation)}>
                  <Mark tone="mark">under way</Mark> {openRotation}
                </a>
              ),
          },
          lastRotationMs !== null && { name: 'Last rotation', value: <When ms={lastRotationMs} /> },
        ]}
      />
    </div>
  )
}
