// Which decisions need two people, by environment.
import { useState } from 'react'
import { to } from '../../address.ts'
import { useAsk } from '../../api/use.ts'
import { useSharedDraft } from '../../parts/draft.ts'
import { Await, Notice } from '../../parts/notice.tsx'
import { AddEnvironment } from './environments-field.tsx'
import { useEnvironments } from './known.ts'
import { PartOf } from './part.tsx'
import {
  deeds,
  isAsked,
  isAskedBy,
  type Rules,
  type RulesDraft,
  rulesChange,
  rulesOf,
  toggled,
} from './rules-draft.ts'
import { SharedChange } from './shared-change.tsx'

export function RulesPart() {
  const asked = useAsk('settings.get')
  return (
    <PartOf
      name="Two people"
      changes="everywhere"
      about={
        <>
          Decisions that one person alone cannot take. What waits for a second one stands under{' '}
          <a href={to('people', 'proposals')}>Proposals</a>.
        </>
      }
    >
      <Await asked={asked}>{rules => <Whole rules={rules} tag={asked.tag} />}</Await>
    </PartOf>
  )
}

function Whole({ rules, tag }: { rules: Rules; tag: string | undefined }) {
  const draft = useSharedDraft<RulesDraft>('rules', rules.twoPerson)
  const { value, set } = draft
  const [added, setAdded] = useState<readonly string[]>([])
  const known = useEnvironments([...Object.keys(value), ...added])
  const changes = rulesChange(rules.twoPerson, value)
  return (
    <>
      <div
        className="table-frame rules-frame"
        tabIndex={0}
        role="region"
        aria-label="Which decisions need two"
      >
        <table className="table">
          <caption className="hidden">Which decisions need two people, by environment</caption>
          <thead>
            <tr>
              <th scope="col">Where</th>
              {deeds.map(one => (
                <th key={one.deed} scope="col" title={one.means}>
                  {one.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {['*', ...known].map(place => (
              <tr key={place}>
                <th scope="row">{place === '*' ? 'All environments' : place}</th>
                {deeds.map(({ deed, name }) => (
                  <td key={deed}>
                    <label className="rule-tick">
                      <input
                        type="checkbox"
                        checked={isAsked(value, place, deed)}
                        aria-label={`${name} needs two ${place === '*' ? 'everywhere' : `in ${place}`}`}
                        onChange={event => set(toggled(value, place, deed, event.target.checked))}
                      />
                      <span className="small soft">
                        {isAskedBy(value, place, deed) === 'all' ? 'as everywhere' : ''}
                      </span>
                    </label>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ul className="bullets small soft">
        {deeds.map(one => (
          <li key={one.deed}>
            {one.name}: {one.means}
          </li>
        ))}
      </ul>
      <AddEnvironment onAdd={place => setAdded([...added, place])} />
      <SharedChange
        draft={draft}
        begin={rules.twoPerson}
        changes={changes}
        change="Change the rules …"
        leave="Leave them as they are"
        decide={{
          title: 'Change the rules?',
          confirm: 'Change them',
          operation: 'settings.put',
          ifMatch: tag,
          parts: () => ({ body: rulesOf(value) }),
          done: 'The rules count from now on.',
        }}
      >
        {changes.some(one => one.includes('one person is enough')) && (
          <Notice tone="warn">
            Where one is enough from now on, whoever may decide there can do it alone, at once.
          </Notice>
        )}
      </SharedChange>
    </>
  )
}
