// All credentials: what each is, how it stands, and what comes next.
import type { CredentialView } from '@rekey/wire'
import { useDeferredValue, useMemo } from 'react'
import { setQuery, to, useAddress } from '../../address.ts'
import { type Piece, useAllPages } from '../../api/all-pages.ts'
import { ask } from '../../api/ask.ts'
import { ButtonLink } from '../../parts/button-link.tsx'
import { Mark } from '../../parts/mark.tsx'
import { SoFar } from '../../parts/notice.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { Chips, type Column, Table } from '../../parts/table.tsx'
import { useNow, When } from '../../parts/time.tsx'
import { Environments } from './environments.tsx'
import { Fingerprint } from './fingerprint.tsx'
import { kindText } from './kind-text.ts'
import { countsOf, environmentsOf, isIn, isLate, known, states, stateTexts } from './listed.ts'

const piece: Piece<CredentialView> = {
  credentialOf: one => one.id,
  read: async id => [await ask('credentials.get', { params: { id } })],
}

const none: readonly CredentialView[] = []

const columns: readonly Column<CredentialView>[] = [
  {
    id: 'name',
    head: 'Credential',
    names: true,
    cell: one => (
      <>
        <a href={to('credentials', one.id)} title={one.name} className="anywhere">
          {one.name}
        </a>
        <div className="small soft">
          <span className="anywhere" title={one.id}>
            {one.id}
          </span>
        </div>
      </>
    ),
    sort: one => one.name.toLowerCase(),
  },
  { id: 'kind', head: 'Kind', cell: one => kindText(one.kind), sort: one => kindText(one.kind) },
  {
    id: 'target',
    head: 'Target',
    cell: one => (
      <span className="anywhere" title={one.target}>
        {one.target}
      </span>
    ),
    sort: one => one.target,
  },
  { id: 'environment', head: 'Environment', cell: one => one.environment, sort: one => one.environment },
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
    id: 'version',
    head: 'Version',
    cell: one =>
      one.currentVersion === null ? (
        <span className="soft">none yet</span>
      ) : (
        <>
          <span className="nowrap">v{one.currentVersion}</span> <Fingerprint of={one.fingerprint} />
        </>
      ),
    sort: one => one.currentVersion,
  },
  { id: 'issued', head: 'Issued', cell: one => <When ms={one.issuedAtMs} />, sort: one => one.issuedAtMs },
  { id: 'next', head: 'Next rotation', cell: one => <Next of={one} />, sort: one => one.nextRotationMs },
]

function Next({ of }: { of: CredentialView }) {
  const nowMs = useNow(60_000)
  if (of.openRotation !== null)
    return (
      <a href={to('rotations', of.openRotation)}>
        <Mark tone="mark">under way</Mark>
      </a>
    )
  return (
    <>
      <When ms={of.nextRotationMs} none="no day" /> {isLate(of, nowMs) && <Mark tone="bad">late</Mark>}
    </>
  )
}

const textOf = (one: CredentialView) =>
  [
    one.id,
    one.name,
    kindText(one.kind),
    one.target,
    one.environment,
    one.owner?.name,
    one.provider,
    one.fingerprint,
  ].join(' ')

export function CredentialList() {
  const { query } = useAddress()
  const { data, error, again } = useAllPages('credentials.list', {}, true, piece)
  const items = data?.items ?? none
  const isWhole = data?.next === null
  const rows = useDeferredValue(items)
  const nowMs = useNow(60_000)
  const state = known(states, query.get('state')) ?? 'all'
  const environment = query.get('environment') ?? ''
  const inEnvironment = useMemo(
    () => (environment === '' ? rows : rows.filter(one => one.environment === environment)),
    [rows, environment],
  )
  const counts = useMemo(() => countsOf(inEnvironment, nowMs), [inEnvironment, nowMs])
  const shown = useMemo(
    () => (state === 'all' ? inEnvironment : inEnvironment.filter(one => isIn(one, state, nowMs))),
    [inEnvironment, state, nowMs],
  )
  return (
    <Page
      title="Credentials"
      about="Named grants of trust from a target to its consumers. Each outlives all its values."
      actions={<Register />}
    >
      <div className="stack">
        <SoFar count={items.length} isWhole={isWhole} error={error} again={again} />
        {isWhole && items.length === 0 && <None />}
        {items.length > 0 && (
          <Table
            caption="Credentials"
            columns={columns}
            rows={shown}
            keyOf={one => one.id}
            textOf={textOf}
            rowHeight={94}
            sortedBy={{ id: 'name' }}
            searched={{ value: query.get('text') ?? '', onChange: text => setQuery({ text }) }}
            tools={
              <>
                <Chips
                  label="Which credentials"
                  options={states.map(value => ({ value, text: stateTexts[value], count: counts[value] }))}
                  value={state}
                  onChange={value => setQuery({ state: value === 'all' ? undefined : value })}
                />
                <Environments all={environmentsOf(items)} value={environment} />
              </>
            }
          />
        )}
      </div>
    </Page>
  )
}

const Register = () => (
  <ButtonLink
    href={to('credentials', 'new')}
    kind="first"
    needs={{ right: 'operate', environment: undefined }}
  >
    Register a credential
  </ButtonLink>
)

const None = () => (
  <Empty title="No credential is registered yet.">
    <p>
      A credential is a name for what a target accepts: a database login, the token of an API, a certificate.
      Here would stand who owns each, which version is used now, and when it is rotated next.
    </p>
    <p>
      To register one you need to know at which target it lives, the value that it has today, and roughly who
      uses it. What is missing can be added later, and Rekey says what it still needs. Look first{' '}
      <a href={to('providers')}>which targets it can speak to</a>.
    </p>
    <Register />
    <p className="small soft">
      Whoever has many can register them by program: <a href="docs">the API</a>, or{' '}
      <a href={to('providers')}>a provider of your own</a>.
    </p>
  </Empty>
)
