// The agents that are bound to a consumer: they may read what it is assigned, and speak for it.
import { to } from '../../address.ts'
import { useAllPages } from '../../api/all-pages.ts'
import { Await } from '../../parts/notice.tsx'
import { Card } from '../../parts/page.tsx'

export function Agents({ credential, consumer }: { credential: string; consumer: string }) {
  const asked = useAllPages('agents.list')
  return (
    <Card title="Agents" aside="They read what it is assigned, and speak for it.">
      <Await asked={asked}>
        {({ items, next }) => {
          const bound = items.filter(one =>
            one.bindings.some(binding => binding.credential === credential && binding.consumer === consumer),
          )
          if (bound.length === 0)
            return next === null ? (
              <p>
                No agent is bound to it. One is needed where its SDK or the wrapper should fetch the value and
                report what it does; <a href={to('people', 'agents')}>an admin registers it</a>.
              </p>
            ) : (
              <p className="soft">Loading …</p>
            )
          return (
            <ul className="bulleted">
              {bound.map(one => (
                <li key={one.id} className="anywhere">
                  <a href={to('people', 'agents', one.id)}>{one.name}</a>{' '}
                  <span className="soft">{one.id}</span>
                  {one.endedMs !== null && <span className="soft"> (ended)</span>}
                </li>
              ))}
            </ul>
          )
        }}
      </Await>
    </Card>
  )
}
