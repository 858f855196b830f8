// What a consumer states about itself, in words, in the order of its form.
import { to } from '../../address.ts'
import { Mark } from '../../parts/mark.tsx'
import { Card, Facts } from '../../parts/page.tsx'
import { Lasts, When } from '../../parts/time.tsx'
import {
  type ConsumerRecord,
  cadenceText,
  fallbackText,
  followsTexts,
  observabilityTexts,
  pactText,
  reloadText,
} from './words.ts'

const soft = (text: string) => <span className="soft">{text}</span>
const list = (some: readonly string[], none: string) =>
  some.length === 0 ? (
    soft(none)
  ) : (
    <ul role="list">
      {some.map(one => (
        <li key={one} className="anywhere">
          {one}
        </li>
      ))}
    </ul>
  )
const yesNo = (is: boolean) => (is ? 'yes' : 'no')

export function States({ one }: { one: ConsumerRecord }) {
  const { access, owner } = one
  return (
    <div className="columns">
      <div className="stack">
        <Card title="What depends on it">
          <Facts
            facts={[
              { name: 'Business effects', value: list(one.effects, 'nobody has said') },
              { name: 'Lanes', value: list(one.lanes, 'none: any work of it counts') },
              { name: 'Critical', value: yesNo(one.critical) },
              {
                name: 'Owner',
                value:
                  owner === null ? (
                    <Mark tone="warn">nobody</Mark>
                  ) : (
                    <span className="anywhere">
                      {owner.name} {soft(`(${owner.id})`)}
                    </span>
                  ),
              },
            ]}
          />
        </Card>
        <Card title="How it can be seen">
          <Facts
            facts={[
              { name: 'Observed by', value: observabilityTexts[one.observability] },
              { name: 'Seen as', value: list(one.seenAs ?? [], 'no other name') },
              { name: 'Last exercised', value: <When ms={one.lastExercisedAtMs} none="not seen" /> },
              {
                name: 'Pact',
                value: list(pactText(one.pact), 'none: only what is unusual for it is a signal'),
              },
            ]}
          />
        </Card>
      </div>
      <div className="stack">
        <Card title="How it comes by the credential">
          <Facts
            facts={[
              {
                name: 'Reaches the target',
                value:
                  access.how === 'direct' ? (
                    'itself'
                  ) : (
                    <>
                      through{' '}
                      <a href={to('consumers', one.credential, access.through)} className="anywhere">
                        {access.through}
                      </a>
                    </>
                  ),
              },
              {
                name: 'Value comes from',
                value: <span className="anywhere">{one.source || soft('nobody has said')}</span>,
              },
              { name: 'Follows', value: followsTexts[one.follows] },
              {
                name: 'Takes up a new value',
                value:
                  one.reload.how === 'unknown' ? <Mark tone="warn">unknown</Mark> : reloadText(one.reload),
              },
              { name: 'Caches it', value: one.cacheMs === 0 ? 'no' : <Lasts ms={one.cacheMs} /> },
              { name: 'Tolerates two versions', value: yesNo(one.toleratesTwo) },
            ]}
          />
        </Card>
        <Card title="How it runs">
          <Facts
            facts={[
              { name: 'Runs', value: cadenceText(one.cadence) },
              {
                name: 'Keeps sessions',
                value:
                  one.sessionMs === 0 ? (
                    'none'
                  ) : (
                    <>
                      up to <Lasts ms={one.sessionMs} />
                    </>
                  ),
              },
              { name: 'Can checkpoint', value: yesNo(one.checkpoints) },
              {
                name: 'Comes back after',
                value:
                  one.horizonMs === 0 ? (
                    'nothing comes back'
                  ) : (
                    <>
                      up to <Lasts ms={one.horizonMs} />
                    </>
                  ),
              },
              { name: 'Retries hold the old value', value: yesNo(one.retriesReuseContext) },
              { name: 'Work in flight may finish', value: yesNo(one.inFlightMayFinish) },
              { name: 'When refused', value: fallbackText(one.fallback) },
            ]}
          />
        </Card>
      </div>
    </div>
  )
}
