// People: who is let in, with which roles, and who was.
import type { PersonView } from '@rekey/wire'
import { useState } from 'react'
import { useAllPages } from '../../api/all-pages.ts'
import { usePerson } from '../../api/rights.ts'
import { Button } from '../../parts/button.tsx'
import { Mark } from '../../parts/mark.tsx'
import { Await } from '../../parts/notice.tsx'
import { Chips, type Column, Table } from '../../parts/table.tsx'
import { Day } from '../../parts/time.tsx'
import { PartOf, useOpen } from './part.tsx'
import { AddPerson, EndPerson, SetRoles } from './person-dialogs.tsx'
import { rolesText } from './roles.ts'

const needs = { right: 'administer', environment: null } as const
type State = 'here' | 'ended'

export function PeoplePart() {
  const asked = useAllPages('people.list')
  const me = usePerson()
  const { what, of, open, close } = useOpen()
  const [state, setState] = useState<State>('here')
  return (
    <PartOf
      name="People"
      changes="everywhere"
      about="Whoever is here signs in with a password, a passkey, or through a provider of your own. What somebody did stays in the record when they are gone."
      action={
        <Button needs={needs} kind="first" onPress={() => open('add')}>
          Add a person
        </Button>
      }
    >
      <Await asked={asked}>
        {({ items, next }) => {
          const some: Record<State, PersonView[]> = {
            here: items.filter(one => one.endedMs === null),
            ended: items.filter(one => one.endedMs !== null),
          }
          const chosen = items.find(one => one.id === of)
          return (
            <>
              <Table
                caption="People"
                columns={columnsFor(me?.id, open)}
                rows={some[state]}
                keyOf={one => one.id}
                textOf={one => `${one.id}\n${one.name}\n${rolesText(one.roles)}`}
                tools={
                  <Chips
                    label="Which people"
                    value={state}
                    onChange={setState}
                    options={[
                      { value: 'here', text: 'With access', count: some.here.length },
                      { value: 'ended', text: 'Ended', count: some.ended.length },
                    ]}
                  />
                }
                none={
                  <p className="soft">
                    {state === 'here' ? 'Nobody has access.' : 'Nobody’s access was ended.'}
                  </p>
                }
              />
              {next !== null && <p className="soft">More are being read …</p>}
              {what === 'roles' && chosen !== undefined && (
                <SetRoles key={chosen.id} person={chosen} onDone={asked.again} onClose={close} />
              )}
              {what === 'end' && chosen !== undefined && (
                <EndPerson person={chosen} onDone={asked.again} onClose={close} />
              )}
            </>
          )
        }}
      </Await>
      {what === 'add' && <AddPerson onDone={asked.again} onClose={close} />}
    </PartOf>
  )
}

function columnsFor(
  me: string | undefined,
  open: (what: string, of: string) => void,
): readonly Column<PersonView>[] {
  return [
    {
      id: 'name',
      head: 'Name',
      names: true,
      sort: one => one.name.toLowerCase(),
      cell: one => (
        <span className="stack-s">
          <span>
            {one.name} {one.id === me && <Mark tone="mark">you</Mark>}
          </span>
          <span className="small soft">{one.id}</span>
        </span>
      ),
    },
    { id: 'roles', head: 'Roles', sort: one => rolesText(one.roles), cell: one => rolesText(one.roles) },
    { id: 'ways', head: 'Signs in with', cell: one => waysText(one) },
    {
      id: 'added',
      head: 'Added',
      sort: one => one.addedMs,
      cell: one => (
        <>
          <Day ms={one.addedMs} />
          {one.endedMs !== null && (
            <>
              , ended <Day ms={one.endedMs} />
            </>
          )}
        </>
      ),
    },
    {
      id: 'do',
      head: 'Change',
      cell: one =>
        one.endedMs === null && (
          <span className="row actions">
            <Button
              needs={needs}
              label={`Change the roles of ${one.name}`}
              onPress={() => open('roles', one.id)}
            >
              Roles
            </Button>
            <Button needs={needs} label={`End access of ${one.name}`} onPress={() => open('end', one.id)}>
              End access
            </Button>
          </span>
        ),
    },
  ]
}

function waysText({ hasPassword, passkeys, signOn, endedMs }: PersonView): string {
  if (endedMs !== null) return '–'
  const ways = [
    hasPassword && 'password',
    passkeys.length > 0 && (passkeys.length === 1 ? 'a passkey' : `${passkeys.length} passkeys`),
    ...signOn.map(one => one.provider),
  ].filter(Boolean)
  return ways.length === 0 ? 'nothing: cannot sign in' : ways.join(', ')
}
