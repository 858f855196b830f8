// A new kill: what dies, whom that reaches, why, and go.
import { useMemo } from 'react'
import { to, useAddress } from '../../address.ts'
import { useAsk } from '../../api/use.ts'
import { ErrorNotice, Notice } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { useSettled } from '../../parts/settled.ts'
import { isNothingThere } from './answers.ts'
import { Confirm } from './confirm.tsx'
import { RadiusView } from './radius.tsx'
import { type KillScope, scopeOf } from './scope.ts'
import { ScopeForm } from './scope-form.tsx'

export function NewKill() {
  const { query } = useAddress()
  const asked = query.toString()
  const found = useMemo(() => scopeOf(new URLSearchParams(asked)), [asked])
  return (
    <Page
      title="Kill"
      crumbs={<a href={to('kills')}>Kill and contain</a>}
      about="Nothing happens until the red button at the end. Before it stands whom this reaches."
    >
      <div className="stack kills">
        <ScopeForm asked={query} />
        {'missing' in found ? (
          <Notice title="Whom would it reach?">
            <p>{found.missing}</p>
          </Notice>
        ) : (
          <Reach scope={found.scope} />
        )}
        <p className="small soft">
          Nobody can sign in, or the store cannot be written? Use a{' '}
          <a href={to('people', 'break-glass')}>break-glass code</a>.
        </p>
      </div>
    </Page>
  )
}

function Reach({ scope }: { scope: KillScope }) {
  const settled = useSettled(scope)
  const { data, error, asking, again } = useAsk('kills.preview', { body: { scope: settled } })
  const isOld = settled !== scope
  const radius = isOld || isNothingThere(error) ? undefined : data
  return (
    <>
      <section className="stack" aria-labelledby="reach" aria-busy={isOld || asking}>
        <h2 id="reach">Whom it reaches</h2>
        {radius !== undefined ? (
          <RadiusView radius={radius} />
        ) : isNothingThere(error) && !isOld ? (
          <NothingThere />
        ) : error !== null && !isOld ? (
          <ErrorNotice error={error} title="It is not known whom this reaches." />
        ) : (
          <p className="loading" role="status">
            Looking whom it reaches …
          </p>
        )}
      </section>
      {radius !== undefined && (
        <Confirm key={JSON.stringify(scope)} scope={scope} radius={radius} again={again} />
      )}
    </>
  )
}

const NothingThere = () => (
  <Notice title="Nothing in that scope may still be in use.">
    <p>
      It is not there, or all of it is dead already. Look at the <a href={to('credentials')}>credentials</a>{' '}
      and at the <a href={to('kills')}>kills before this one</a>.
    </p>
  </Notice>
)
