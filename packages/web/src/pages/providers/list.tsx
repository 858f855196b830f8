// Every kind of target that can be spoken to: what has been tried, what it can do, and what it cannot prove.
import { to } from '../../address.ts'
import type { Answer } from '../../api/ask.ts'
import { useAsk } from '../../api/use.ts'
import { Mark, type Tone } from '../../parts/mark.tsx'
import { Await } from '../../parts/notice.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { type Abilities, abilitiesInWords, notProved, proofOf } from './abilities.ts'

export type ProviderItem = Answer<'providers.list'>['items'][number]
export const toneOf: Record<'can' | 'partly' | 'cannot', Tone> = {
  can: 'good',
  partly: 'plain',
  cannot: 'warn',
}

const ability = (one: ProviderItem, name: string) => {
  const found = abilitiesInWords(one.abilities as Abilities).find(known => known.name === name)
  return found === undefined ? (
    <span className="soft">–</span>
  ) : (
    <Mark tone={toneOf[found.is]}>{found.short}</Mark>
  )
}
const abilityColumn = (name: string): Column<ProviderItem> => ({
  id: name,
  head: name,
  cell: one => ability(one, name),
})

const columns: readonly Column<ProviderItem>[] = [
  {
    id: 'title',
    head: 'Provider',
    names: true,
    cell: one => (
      <>
        <a href={to('providers', one.kind)}>{one.title}</a>
        <div className="small soft">{one.kind}</div>
      </>
    ),
    sort: one => one.title.toLowerCase(),
  },
  {
    id: 'proved',
    head: 'Proved against',
    cell: one => {
      const proof = proofOf(one.provedAgainst)
      return <Mark tone={toneOf[proof.is]}>{proof.short}</Mark>
    },
    sort: one => proofOf(one.provedAgainst).short,
  },
  abilityColumn('Two valid versions'),
  abilityColumn('Who makes the value'),
  abilityColumn('Tells who uses it'),
  abilityColumn('Switch off and on'),
  abilityColumn('End sessions'),
  {
    id: 'not',
    head: 'Cannot prove',
    cell: one => countText(notProved(one.abilities as Abilities).length),
    sort: one => notProved(one.abilities as Abilities).length,
    number: true,
  },
]

const countText = (count: number) => (count === 1 ? '1 thing' : `${count} things`)

export function ProviderList() {
  const asked = useAsk('providers.list')
  return (
    <Page
      title="Providers"
      about="What can be rotated: one provider speaks to one kind of target. What it cannot do, the plan of a rotation takes into account."
    >
      <Await asked={asked}>
        {({ items }) => (
          <div className="stack providers">
            <Table
              caption="Providers"
              columns={columns}
              rows={items}
              keyOf={one => one.kind}
              textOf={one => `${one.title} ${one.kind}`}
              sortedBy={{ id: 'title' }}
              none={
                <Empty title="This control plane has no providers.">
                  <p>It came without the ones that are built in. Compare how it was started with the docs.</p>
                </Empty>
              }
            />
            <p className="soft measure">
              Is yours missing? A vendor’s API is described by one file (<code>*.vendor.json</code>), any
              other target by a program (<code>*.plugin.json</code>): both are read at the start from{' '}
              <code>REKEY_PROVIDERS_FOLDER</code>. Until then <a href={to('providers', 'manual')}>by hand</a>{' '}
              works with any target: a person does each step, and plan, gates and evidence are the same.
            </p>
          </div>
        )}
      </Await>
    </Page>
  )
}
