// Consumers of all credentials: who uses anything, how it behaves, and what is not known of it.
import { useDeferredValue, useMemo } from 'react'
import { setQuery, to, useAddress } from '../../address.ts'
import { type Piece, useAllPages } from '../../api/all-pages.ts'
import { type Answer, ask } from '../../api/ask.ts'
import { SoFar } from '../../parts/notice.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { Chips, Table } from '../../parts/table.tsx'
import { Environments } from '../credentials/environments.tsx'
import { environmentsOf, known } from '../credentials/listed.ts'
import { columns, textOf } from './columns.tsx'
import { filtered, lackChoices, lackTexts, pathChoices } from './filters.ts'

type Row = Answer<'overview.consumers'>['items'][number]

const piece: Piece<Row> = {
  credentialOf: one => one.credential,
  read: async id => {
    const [{ environment }, { items }] = await Promise.all([
      ask('credentials.get', { params: { id } }),
      ask('consumers.list', { params: { credential: id } }),
    ])
    return items.map(one => ({ ...one, environment }))
  },
}
const none: readonly Row[] = []

export function ConsumerList() {
  const { query } = useAddress()
  const { data, error, again } = useAllPages('overview.consumers', {}, true, piece)
  const items = data?.items ?? none
  const isWhole = data?.next === null
  const all = useDeferredValue(items)
  const path = known(pathChoices, query.get('path')) ?? 'all'
  const lack = known(lackChoices, query.get('lack')) ?? 'any'
  const environment = query.get('environment') ?? ''
  const { rows, counts } = useMemo(
    () => filtered(all, { path, lack, environment }),
    [all, path, lack, environment],
  )
  return (
    <Page
      title="Consumers"
      about="Classes of runtime that use a credential in one way: each with an owner, and with how it behaves when a value changes."
    >
      <div className="stack">
        <SoFar count={items.length} isWhole={isWhole} error={error} again={again} />
        {isWhole && items.length === 0 && <None />}
        {items.length > 0 && (
          <Table
            caption="Consumers"
            columns={columns}
            rows={rows}
            keyOf={one => `${one.credential} ${one.id}`}
            textOf={textOf}
            rowHeight={94}
            sortedBy={{ id: 'name' }}
            searched={{ value: query.get('text') ?? '', onChange: text => setQuery({ text }) }}
            tools={
              <>
                <Chips
                  label="Path class"
                  options={pathChoices.map(value => ({ value, text: value === 'all' ? 'All paths' : value }))}
                  value={path}
                  onChange={value => setQuery({ path: value === 'all' ? undefined : value })}
                />
                <Chips
                  label="What is missing"
                  options={lackChoices.map(value => ({
                    value,
                    text: lackTexts[value],
                    count: counts[value],
                  }))}
                  value={lack}
                  onChange={value => setQuery({ lack: value === 'any' ? undefined : value })}
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

const None = () => (
  <Empty title="No consumer is registered yet.">
    <p>
      A consumer is who uses a credential: the web servers, the worker that retries, the script for
      emergencies. Each is registered at the credential that it uses, for a rotation waits for those who are
      registered and for nobody else.
    </p>
    <p>
      Here would stand all of them, across credentials, with who has no owner and whose reload nobody knows.
    </p>
    <a className="button first" href={to('credentials')}>
      Choose a credential
    </a>
  </Empty>
)
