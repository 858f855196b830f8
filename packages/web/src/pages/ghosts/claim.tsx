// A ghost is a consumer: one that is registered already, or a new one.
import { useMemo, useState } from 'react'
import { useAsk } from '../../api/use.ts'
import { Decide } from '../../parts/decide.tsx'
import { useDraft } from '../../parts/draft.ts'
import { PickField } from '../../parts/pick.tsx'
import { consumerOf, faultsOf, firstDraft } from './claim-parts.ts'
import type { GhostForm } from './dismiss.tsx'
import { NewConsumer } from './new-consumer.tsx'

export function ClaimForm({ ghost, intro, lacks, onDone, onClose, isNew }: GhostForm & { isNew: boolean }) {
  const { credential, seenAs, id } = ghost
  const registered = useAsk('consumers.list', { params: { credential } })
  const [existing, setExisting] = useState('')
  const first = useMemo(() => firstDraft(seenAs), [seenAs])
  const draft = useDraft(`ghost ${credential} ${id}`, first)
  const items = registered.data?.items ?? []
  const faults = faultsOf(draft.value, new Set(items.map(one => one.id)))
  const [isTried, setTried] = useState(false)
  const missing = isNew
    ? Object.keys(faults).length > 0
      ? 'Something is not right yet: see the fields.'
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
        body: isNew ? { id: draft.value.id.trim(), consumer: consumerOf(draft.value) } : { id: existing },
      })}
      because={lacks ?? missing}
      done={answer => `It is ${answer.name} from now on.`}
      onTried={() => setTried(true)}
      onDone={() => {
        draft.drop()
        onDone()
      }}
      onClose={onClose}
    >
      {intro}
      {isNew ? (
        <NewConsumer draft={draft.value} set={draft.set} faults={isTried ? faults : {}} />
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
