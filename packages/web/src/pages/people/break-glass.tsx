// Break-glass codes: made beforehand, printed, and good for one thing, when nobody can sign in.
import { useState } from 'react'
import { to } from '../../address.ts'
import type { Answer } from '../../api/ask.ts'
import { mayDo, needsText, usePerson } from '../../api/rights.ts'
import { useAsk } from '../../api/use.ts'
import { Button } from '../../parts/button.tsx'
import { Decide } from '../../parts/decide.tsx'
import { SelectField } from '../../parts/fields.tsx'
import { Await, Notice } from '../../parts/notice.tsx'
import { Empty } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Instant, When } from '../../parts/time.tsx'
import { type Glass, GlassSheet } from './glass-sheet.tsx'
import { PartOf, useOpen } from './part.tsx'
import { lifeOf, lives } from './token-life.ts'

type Code = Answer<'glass.list'>['items'][number]

const needs = { right: 'administer', environment: null } as const

export function GlassPart() {
  const me = usePerson()
  const may = me !== null && mayDo(me, needs.right, needs.environment)
  return (
    <PartOf
      name="Break-glass codes"
      about={
        <>
          With one of these anybody can order a kill without signing in, past the rule of two people, and even
          while the store cannot be written. It does nothing else, and it is loud. What a kill does:{' '}
          <a href={to('kills')}>Kill and contain</a>.
        </>
      }
    >
      {may ? (
        <Codes />
      ) : (
        <Notice title="Who has codes is shown to admins only.">
          <p>{needsText('administer', null)}</p>
        </Notice>
      )}
    </PartOf>
  )
}

function Codes() {
  const asked = useAsk('glass.list')
  const { what, of, open, close } = useOpen()
  const [made, setMade] = useState<Glass | null>(null)
  const [life, setLife] = useState('365d')
  const lifeMs = lifeOf(lives.glass, life)
  return (
    <>
      <Await asked={asked}>
        {({ items }) => (
          <>
            {items.length === 0 ? (
              <Empty title="There is no code.">
                <p>
                  If the sign-in fails while something leaks, nobody can kill from here. Make one now, print
                  it, seal it in an envelope, and keep it where the fire extinguisher is.
                </p>
              </Empty>
            ) : (
              <Table
                caption="Break-glass codes"
                columns={columnsFor(id => open('remove', id))}
                rows={items}
                keyOf={one => one.id}
              />
            )}
            {what === 'remove' && items.some(one => one.id === of) && (
              <Decide
                title="Take this code back?"
                grave
                confirm="Take it back"
                operation="glass.remove"
                parts={() => ({ params: { id: of! } })}
                done="The code is good for nothing any more. Destroy what was printed."
                onClose={close}
              >
                <p>
                  Whoever has the sheet with the code {of} cannot kill with it from then on. Is there another
                  one where people would look for it?
                </p>
              </Decide>
            )}
          </>
        )}
      </Await>
      <div>
        <Button needs={needs} kind="first" onPress={() => open('make')}>
          Make a code
        </Button>
      </div>
      {what === 'make' && (
        <Decide
          title="Make a break-glass code"
          confirm="Make it"
          operation="glass.make"
          parts={() => ({ body: { ...(lifeMs !== null && { lifeMs }) } })}
          done="The code is made. It is shown this once: print it."
          onDone={setMade}
          onClose={close}
        >
          <p>
            Whoever holds it can stop everything that depends on a credential. Each use is an event, a line in
            the log and a metric at once.
          </p>
          <SelectField
            label="It ends after"
            help="A code that nobody remembers is a danger; one that has ended helps nobody."
            value={life}
            onChange={setLife}
            options={lives.glass}
          />
        </Decide>
      )}
      {made !== null && <GlassSheet glass={made} onClose={() => setMade(null)} />}
    </>
  )
}

const columnsFor = (remove: (id: string) => void): readonly Column<Code>[] => [
  { id: 'id', head: 'Code', names: true, cell: one => <code>{one.id}…</code> },
  { id: 'made', head: 'Made', sort: one => one.madeMs, cell: one => <Instant ms={one.madeMs} /> },
  {
    id: 'ends',
    head: 'Ends',
    sort: one => one.expiresMs,
    cell: one => <When ms={one.expiresMs} none="when it is taken back" />,
  },
  {
    id: 'do',
    head: 'Change',
    cell: one => (
      <Button needs={needs} label={`Take it back: the code ${one.id}`} onPress={() => remove(one.id)}>
        Take it back
      </Button>
    ),
  },
]
