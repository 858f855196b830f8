// What is done about signals, by environment and kind: what is usual, and where it is something else.
import { useState } from 'react'
import { useAsk } from '../../api/use.ts'
import { useSharedDraft } from '../../parts/draft.ts'
import { SelectField, TextField } from '../../parts/fields.tsx'
import { Await, Notice } from '../../parts/notice.tsx'
import { Card } from '../../parts/page.tsx'
import { Chips } from '../../parts/table.tsx'
import { kindWords, reactionMeans } from '../signals/words.ts'
import { AddEnvironment } from './environments-field.tsx'
import { PartOf } from './part.tsx'
import { SharedChange } from './shared-change.tsx'
import {
  inherited,
  killsByItself,
  kinds,
  type Policy,
  type PolicyDraft,
  placesOf,
  policyChange,
  policyDraft,
  reactionsTo,
  readPolicy,
  usualKills,
  withReaction,
} from './signal-policy-draft.ts'

export function SignalPolicyPart() {
  const asked = useAsk('signalPolicy.get')
  return (
    <PartOf
      name="Signal policy"
      changes="everywhere"
      about="What is done when somebody says that something is wrong with a credential. A kill without a person takes a verified channel and an exact match besides, whatever stands here."
    >
      <Await asked={asked}>{policy => <Whole policy={policy} tag={asked.tag} />}</Await>
    </PartOf>
  )
}

function Whole({ policy, tag }: { policy: Policy; tag: string | undefined }) {
  const begin = policyDraft(policy)
  const draft = useSharedDraft('signal-policy', begin)
  const { value, set } = draft
  const [added, setAdded] = useState<readonly string[]>([])
  const places = [...new Set([...placesOf(value), ...added])]
  const [at, setAt] = useState('*')
  const place = places.includes(at) ? at : '*'
  const { body, faults, isFaulty } = readPolicy(value)
  const before = readPolicy(begin).body
  const changes = isFaulty ? [] : policyChange(before, body)
  return (
    <>
      <Chips
        label="Which environment"
        value={place}
        onChange={setAt}
        options={places.map(one => ({ value: one, text: one === '*' ? 'All environments' : one }))}
      />
      <Card
        title={place === '*' ? 'In all environments' : `In ${place}`}
        aside="What is not chosen is as it says."
      >
        <div className="stack">
          <div className="fields">
            {kinds.map(kind => {
              const { reaction, from } = inherited(value, policy.usual, place, kind)
              const chosen = value.reactions[place]?.[kind] ?? ''
              return (
                <SelectField
                  key={kind}
                  label={kindWords[kind].name}
                  help={kindWords[kind].means}
                  value={chosen}
                  onChange={next => set(withReaction(value, place, kind, next))}
                  options={[
                    { value: '', text: `As ${from === 'all' ? 'everywhere' : 'usual'}: ${reaction}` },
                    ...reactionsTo(kind).map(one => ({ value: one, text: one })),
                  ]}
                />
              )
            })}
          </div>
          <TextField
            label="Automatic kills an hour, at most"
            inputMode="numeric"
            maxLength={5}
            help={`What comes above becomes a page. Left empty: ${inheritedKills(value, place)}.`}
            value={value.killsPerHour[place] ?? ''}
            fault={faults.killsPerHour[place]}
            onChange={text => set({ ...value, killsPerHour: { ...value.killsPerHour, [place]: text } })}
          />
        </div>
      </Card>
      <AddEnvironment
        onAdd={one => {
          setAdded([...added, one])
          setAt(one)
        }}
      />
      <TextField
        label="Signals about the same within so long are one"
        help="As 1 h or 30 min; from a minute to a week. The count rises, and nobody is told twice."
        value={value.group}
        fault={faults.group}
        onChange={group => set({ ...value, group })}
      />
      <Means />
      <SharedChange
        draft={draft}
        begin={begin}
        changes={changes}
        isFaulty={isFaulty}
        change="Change the policy …"
        leave="Leave it as it is"
        decide={{
          title: 'Change the signal policy?',
          confirm: 'Change it',
          operation: 'signalPolicy.put',
          ifMatch: tag,
          parts: () => ({ body }),
          done: 'The policy counts for what comes from now on.',
        }}
      >
        {killsByItself(body) && (
          <Notice tone="warn" title="Something here kills without a person.">
            <p>
              A kill cannot be undone. It takes a channel that proved itself, the very value or the target’s
              own name for it, and room under the limit of the hour; what lacks any of these is only told.
            </p>
          </Notice>
        )}
      </SharedChange>
    </>
  )
}

function inheritedKills({ killsPerHour }: PolicyDraft, place: string): string {
  const all = place === '*' ? '' : (killsPerHour['*'] ?? '').trim()
  return all === '' ? `${usualKills}, as usual` : `${all}, as everywhere`
}

const Means = () => (
  <details>
    <summary>What each reaction does</summary>
    <dl className="facts">
      {Object.entries(reactionMeans).map(([reaction, means]) => (
        <div key={reaction} style={{ display: 'contents' }}>
          <dt>{reaction}</dt>
          <dd>{means}</dd>
        </div>
      ))}
    </dl>
  </details>
)
