// The behaviour map of a credential: what anyone may ask of it, what would stop its next rotation, and who hangs on what.
import type { CredentialView } from '@rekey/wire'
import { useDeferredValue, useMemo } from 'react'
import { setQuery, to, useAddress } from '../../../address.ts'
import { useAsk } from '../../../api/use.ts'
import { ButtonLink } from '../../../parts/button-link.tsx'
import { Await } from '../../../parts/notice.tsx'
import { Empty } from '../../../parts/page.tsx'
import { Chips } from '../../../parts/table.tsx'
import { textOf } from '../../consumers/columns.tsx'
import type { ConsumerRecord } from '../../consumers/words.ts'
import { answersOf } from './answers.ts'
import { Drawing } from './drawing.tsx'
import { Questions, Readiness } from './questions.tsx'
import { Twin } from './twin.tsx'

export function MapTab({ credential }: { credential: CredentialView }) {
  const { id } = credential
  const map = useAsk('credentials.map', { params: { id } })
  const consumers = useAsk('consumers.list', { params: { credential: id } })
  return (
    <div className="stack">
      <Await asked={map}>
        {data => {
          const answers = answersOf(data)
          return (
            <>
              <Readiness credential={id} answers={answers} />
              <h2>The five questions</h2>
              <Questions credential={id} questions={answers.questions} />
            </>
          )
        }}
      </Await>
      <h2>The map</h2>
      <Await asked={consumers}>
        {({ items }) =>
          items.length === 0 ? (
            <None credential={credential} />
          ) : (
            <Whole credential={credential} items={items} />
          )
        }
      </Await>
    </div>
  )
}

const consumersText = (count: number) => (count === 1 ? 'one consumer' : `${count} consumers`)

/** On a phone a drawing of many boxes is no answer. */
const isNarrow = () => matchMedia('(max-width: 44rem)').matches

function Whole({ credential, items }: { credential: CredentialView; items: readonly ConsumerRecord[] }) {
  const { query } = useAddress()
  const search = query.get('find') ?? ''
  const wanted = useDeferredValue(search.trim().toLowerCase())
  const as = query.get('as') ?? (isNarrow() ? 'table' : 'drawing')
  const found = useMemo(
    () =>
      wanted === ''
        ? null
        : new Set(items.filter(one => textOf(one).toLowerCase().includes(wanted)).map(one => one.id)),
    [items, wanted],
  )
  return (
    <div className="stack">
      <div className="row">
        <input
          type="search"
          className="short"
          aria-label="Search in the map"
          placeholder="Search"
          value={search}
          onChange={event => setQuery({ find: event.target.value })}
        />
        <Chips
          label="How the map is shown"
          options={[
            { value: 'drawing', text: 'Drawing' },
            { value: 'table', text: 'Table' },
          ]}
          value={as === 'table' ? 'table' : 'drawing'}
          onChange={value => setQuery({ as: value })}
        />
        <span className="small soft" role="status">
          {found === null ? consumersText(items.length) : `${found.size} of ${items.length} found`}
        </span>
      </div>
      {as === 'table' ? (
        <Twin consumers={found === null ? items : items.filter(one => found.has(one.id))} />
      ) : (
        <Drawing credential={credential} consumers={items} found={found} />
      )}
    </div>
  )
}

const None = ({ credential: { id, environment, target } }: { credential: CredentialView }) => (
  <Empty title="Nobody is on the map yet.">
    <p>
      Here would stand {target}, right of it whoever authenticates there, and behind them those who get a
      token through somebody else: each with how it takes up a new value, and what breaks without it.
    </p>
    <p>Begin with who you know of. Whoever uses it besides shows up as a ghost, and can be claimed.</p>
    <ButtonLink href={to('consumers', id, 'new')} kind="first" needs={{ right: 'operate', environment }}>
      Add a consumer
    </ButtonLink>
  </Empty>
)
