// A ghost is a consumer: one that is registered already, or a new one.
import { useState } from 'react'
import { useAsk } from '../../api/use.ts'
import { Decide } from '../../parts/decide.tsx'
import { useDraft } from '../../parts/draft.ts'
import { idFrom } from '../../parts/owner-draft.ts'
import { PickField } from '../../parts/pick.tsx'
import { consumerDraft, readConsumer } from '../consumers/draft.ts'
import type { GhostForm } from './dismiss.tsx'
import { NewConsumer } from './new-consumer.tsx'

export function ClaimForm({ ghost, intro, lacks, onDone, onClose, isNew }: GhostForm & { isNew: boolean }) {
  const { credential, seenAs, id } = ghost
  const registered = useAsk('consumers.list', { params: { credential } })
  const [existing, setExisting] = useState('')
  const draft = useDraft(`ghost ${credential} ${id}`, () =>
    consumerDraft({ id: idFrom(seenAs), name: seenAs.slice(0, 200) }),
  )
  const [isTried, setTried] = useState(false)
  const items = registered.data?.items ?? []
  const { id: ownId, input, faults } = readConsumer(draft.value)
  if (items.some(one => one.id === ownId))
    faults.id = 'A consumer of that id is registered. If it is that one, choose the first answer.'
  const missing = isNew
    ? Object.keys(faults).length > 0
      ? 'Something is missing yet: it stands at its field.'
      : null
    : existing === ''
      ? 'Choose the consumer.'
      : null
  return (
    <Decide
      title="Who is it?"
      wide={isNew}
      confirm={isNew ? 'Register and claim it' : 'Claim it'}
      operation="ghosts.claim"
      parts={() => ({
        params: { credential, ghost: id },
        body: isNew ? { id: ownId, consumer: input } : { id: existing },
      })}
      because={lacks ?? missing}
      done={answer => `From now on it is ${answer.name}.`}
      onTried={() => setTried(true)}
      onDone={() => {
        draft.drop()
        onDone()
      }}
      onClose={onClose}
    >
      {intro}
      {isNew ? (
        <NewConsumer
          draft={draft.value}
          set={part => draft.set({ ...draft.value, ...part })}
          faults={isTried ? faults : {}}
        />
      ) : (
        <PickField
          label="Consumer"
          required
          choices={items.map(one => ({
            value: one.id,
            text: one.name,
            note: `${one.id} · ${one.owner?.name ?? 'no owner'}`,
          }))}
          value={existing}
          onChange={setExisting}
          none="No consumer of this credential is registered: say that it is a new one."
          fault={isTried && existing === '' ? 'Choose the consumer.' : null}
        />
      )}
    </Decide>
  )
}
