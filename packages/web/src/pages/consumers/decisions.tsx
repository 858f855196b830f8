// What people say and decide about a consumer: what they saw of it, that it is idle, that it is gone.
import type { CredentialView } from '@rekey/wire'
import { go, to } from '../../address.ts'
import { useAsk } from '../../api/use.ts'
import { Decide } from '../../parts/decide.tsx'
import { Notice } from '../../parts/notice.tsx'
import { AttestDialog } from './attest-dialog.tsx'
import type { ConsumerRecord } from './words.ts'

interface DialogParts {
  one: ConsumerRecord
  of: CredentialView
  onClose: () => void
}

export function Attest({ one, of, onClose }: DialogParts) {
  const { credential, id, name, lanes } = one
  const versions = useAsk('credentials.versions', { params: { id: credential } })
  const known = (versions.data?.items ?? []).filter(({ state }) => state !== 'intended' && state !== 'void')
  return (
    <AttestDialog
      credential={credential}
      consumer={id}
      name={name}
      versions={known
        .map(({ number }) => ({
          value: String(number),
          text: `v${number}${number === of.currentVersion ? ', the current one' : ''}`,
        }))
        .toReversed()}
      version={of.currentVersion}
      lanes={lanes}
      laneHelp="The workflow that it was, if it has several"
      asksWhen
      onClose={onClose}
    />
  )
}

export function IdleDialog({ one, onClose }: Omit<DialogParts, 'of'>) {
  const { credential, id, name, idle } = one
  const becomes = idle === null
  return (
    <Decide
      title={becomes ? `Declare ${name} idle` : `${name} works again`}
      operation="consumers.idle"
      parts={reason => ({ params: { credential, id }, body: { idle: becomes, reason } })}
      asksReason
      confirm={becomes ? 'Declare it idle' : 'It works again'}
      done={becomes ? `${name} is idle: nobody waits for it.` : `${name} is waited for again.`}
      onClose={onClose}
    >
      <p>
        {becomes
          ? 'No rotation waits for evidence of it any more. If it runs all the same, with the old version, it fails then: declare it only if somebody has switched it off.'
          : 'From now on it owes evidence like all others, also in a rotation that is open.'}
      </p>
    </Decide>
  )
}

export function RemoveDialog({ one, of, onClose }: DialogParts) {
  const { credential, id, name } = one
  return (
    <Decide
      title={`Remove ${name}`}
      grave
      operation="consumers.remove"
      parts={reason => ({ params: { credential, id }, body: { reason } })}
      asksReason
      confirm="Remove it"
      done={`${name} is not registered any more.`}
      onDone={() => go(to('credentials', credential, 'consumers'))}
      onClose={onClose}
    >
      <p>
        It is taken out of the register of {of.name}, and no rotation waits for it any more. If it is seen
        again it is a ghost, which stops retirement until somebody claims or dismisses it.
      </p>
      {of.openRotation !== null && (
        <Notice tone="warn">A rotation is open: whatever it still owes is not asked for any more.</Notice>
      )}
    </Decide>
  )
}
