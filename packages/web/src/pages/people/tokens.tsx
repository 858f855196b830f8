// API tokens: for scripts, with less than their person may do and never more.
import { useState } from 'react'
import type { Answer } from '../../api/ask.ts'
import { mayDo, usePerson } from '../../api/rights.ts'
import { useAsk } from '../../api/use.ts'
import { Decide } from '../../parts/decide.tsx'
import { Await } from '../../parts/notice.tsx'
import { Empty } from '../../parts/page.tsx'
import { ShownOnce } from '../../parts/shown-once.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Day, When } from '../../parts/time.tsx'
import { PartOf, useOpen } from './part.tsx'
import { MakeToken } from './token-dialog.tsx'

type Token = Answer<'tokens.list'>['items'][number]

export function TokensPart() {
  const asked = useAsk('tokens.list')
  const me = usePerson()
  const { what, of, open, close } = useOpen()
  const [made, setMade] = useState<{ name: string; token: string } | null>(null)
  const isAdmin = me !== null && mayDo(me, 'administer', null)
  return (
    <PartOf
      name="Tokens"
      about={
        isAdmin
          ? 'For scripts and the command line. You see those of everybody, for you are an admin of all environments.'
          : 'For scripts and the command line. You see your own.'
      }
      action={
        <button type="button" className="first" onClick={() => open('make')}>
          Make a token
        </button>
      }
    >
      <Await asked={asked}>
        {({ items }) => {
          const chosen = items.find(one => one.id === of)
          return (
            <>
              {items.length === 0 ? (
                <Empty title="There is no token.">
                  <p>
                    A script signs in with one: <code>authorization: Bearer rekey_pat_…</code>. It may do what
                    you may, or less, and ends with your access.
                  </p>
                </Empty>
              ) : (
                <Table
                  caption="API tokens"
                  columns={columnsFor(isAdmin, id => open('revoke', id))}
                  rows={items}
                  keyOf={one => one.id}
                  textOf={one => `${one.name}\n${one.id}\n${one.person}`}
                  sortedBy={{ id: 'made', down: true }}
                />
              )}
              {what === 'revoke' && chosen !== undefined && (
                <Decide
                  title={`Revoke the token “${chosen.name}”?`}
                  grave
                  confirm="Revoke it"
                  operation="tokens.revoke"
                  parts={() => ({ params: { id: chosen.id } })}
                  done="It is good for nothing any more."
                  onClose={close}
                >
                  <p>
                    Whatever uses it is refused at once, on every control plane. The token {chosen.id} of{' '}
                    {chosen.person} does not come back.
                  </p>
                </Decide>
              )}
            </>
          )
        }}
      </Await>
      {what === 'make' && <MakeToken onMade={setMade} onClose={close} />}
      {made !== null && (
        <ShownOnce
          title={`The token “${made.name}”`}
          label="The token"
          secret={made.token}
          onClose={() => setMade(null)}
        >
          <p>
            Scripts send it as <code>authorization: Bearer …</code>; the command line reads it from{' '}
            <code>REKEY_TOKEN</code>.
          </p>
        </ShownOnce>
      )}
    </PartOf>
  )
}

function columnsFor(isAdmin: boolean, revoke: (id: string) => void): readonly Column<Token>[] {
  return [
    {
      id: 'name',
      head: 'Name',
      names: true,
      sort: one => one.name.toLowerCase(),
      cell: one => (
        <span className="stack-s">
          <span>{one.name}</span>
          <code className="small soft">rekey_pat_{one.id}…</code>
        </span>
      ),
    },
    ...(isAdmin
      ? [{ id: 'person', head: 'Of', sort: (one: Token) => one.person, cell: (one: Token) => one.person }]
      : []),
    {
      id: 'rights',
      head: 'May',
      cell: one => `${one.rights.join(', ')} in ${placesText(one.environments)}`,
    },
    { id: 'made', head: 'Made', sort: one => one.madeMs, cell: one => <Day ms={one.madeMs} /> },
    {
      id: 'expires',
      head: 'Ends',
      sort: one => one.expiresMs,
      cell: one => <When ms={one.expiresMs} none="when it is revoked" />,
    },
    {
      id: 'do',
      head: 'Change',
      cell: one => (
        <button type="button" aria-label={`Revoke the token ${one.name}`} onClick={() => revoke(one.id)}>
          Revoke
        </button>
      ),
    },
  ]
}

export const placesText = (places: readonly string[]) =>
  places.includes('*') ? 'all environments' : places.join(', ')
