// What a person does about a signal: kill, or dismiss.
import type { SignalView } from '@rekey/wire'
import { go, to } from '../../address.ts'
import { put } from '../../api/cache.ts'
import { useAsk } from '../../api/use.ts'
import { Decide } from '../../parts/decide.tsx'
import { ErrorNotice, Notice } from '../../parts/notice.tsx'
import { isNothingThere } from '../kills/answers.ts'
import { TotalsOf } from '../kills/radius.tsx'
import type { KillScope } from '../kills/scope.ts'
import { subjectText } from './words.ts'

interface DialogParts {
  /** The right that is lacking, in words. */
  lacks: string | null
  onClose: () => void
}

export function KillFromSignal({ signal, lacks, onClose }: DialogParts & { signal: SignalView }) {
  const { id, credential, version } = signal
  const scope: KillScope =
    version === null
      ? { of: 'credential', credential: credential ?? '' }
      : { of: 'version', credential: credential ?? '', version }
  const { data, error } = useAsk('kills.preview', { body: { scope } })
  const what = version === null ? `every version of ${credential}` : subjectText(signal)
  return (
    <Decide
      title={`Kill ${what}?`}
      wide
      grave
      confirm={version === null ? 'Kill all of its versions' : `Kill version ${version}`}
      operation="signals.kill"
      parts={reason => ({ params: { id }, body: { reason } })}
      because={lacks}
      asksReason="Why is it true?"
      done="The order is written down, and on its way to every holder."
      onDone={answer => {
        put('signals.get', { params: { id } }, answer)
        const kill = answer.did.findLast(one => one.kill !== undefined)?.kill
        if (kill !== undefined) go(to('kills', kill))
      }}
      onClose={onClose}
    >
      <p>
        It cannot be undone: the version is dead at once for every connected holder, the target is asked to
        refuse it, and then it is replaced. Whoever depends on it stands still until then.
      </p>
      {isNothingThere(error) ? (
        <Notice tone="warn" title="Nothing of it may still be in use.">
          <p>It is dead already. If it was seen to work all the same, revoke it at the target by hand.</p>
        </Notice>
      ) : error !== null && data === undefined ? (
        <ErrorNotice error={error} title="It is not known whom this reaches." />
      ) : data === undefined ? (
        <p className="soft" role="status">
          Looking whom it reaches …
        </p>
      ) : (
        <>
          <TotalsOf radius={data} />
          {data.warnings.length > 0 && (
            <Notice tone="warn">
              <ul>
                {data.warnings.map(warning => (
                  <li key={warning}>{warning}</li>
                ))}
              </ul>
            </Notice>
          )}
        </>
      )}
    </Decide>
  )
}

export const DismissSignal = ({ id, lacks, onClose }: DialogParts & { id: string }) => (
  <Decide
    title="Dismiss this signal?"
    confirm="Dismiss it"
    operation="signals.dismiss"
    parts={reason => ({ params: { id }, body: { reason } })}
    because={lacks}
    asksReason="Why was it nothing, or how is it dealt with?"
    done="Dismissed. It stays in the record, with your name and reason."
    onDone={answer => put('signals.get', { params: { id } }, answer)}
    onClose={onClose}
  >
    <p>
      It says that this was a false alarm, or is dealt with. What was done about it stays: a rotation that was
      opened or contained because of it is ended on its own page. If the same is told again, a new signal is
      opened.
    </p>
  </Decide>
)
