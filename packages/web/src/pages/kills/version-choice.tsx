// Which version of a credential: those that may still be accepted, and why the others need not be killed.
import { setQuery } from '../../address.ts'
import type { Answer } from '../../api/ask.ts'
import { useAsk } from '../../api/use.ts'
import { Mark } from '../../parts/mark.tsx'
import { Await } from '../../parts/notice.tsx'
import { When } from '../../parts/time.tsx'

type Version = Answer<'credentials.versions'>['items'][number]

/** As the control plane sees it: of what was only intended nobody can hold the value, and what is dead need not die. */
const mayBeHeld = ({ state, compromised }: Version) =>
  !compromised && ['pre-active', 'active', 'suspended', 'destroyed'].includes(state)

export function VersionChoice({ credential, value }: { credential: string; value: string | null }) {
  const versions = useAsk('credentials.versions', { params: { id: credential } })
  return (
    <Await asked={versions}>
      {({ items }) => {
        const newest = [...items].sort((a, b) => b.number - a.number)
        const open = newest.filter(mayBeHeld)
        const over = newest.length - open.length
        return (
          <fieldset className="radio-cards one-wide">
            <legend>Version</legend>
            {open.map(one => (
              <label key={one.number} className="radio-card">
                <input
                  type="radio"
                  name="version"
                  checked={value === String(one.number)}
                  onChange={() => setQuery({ of: 'version', version: String(one.number) })}
                />
                <span>
                  <strong>
                    Version {one.number} <Mark>{one.state}</Mark>
                  </strong>
                  <span className="small soft">
                    issued <When ms={one.issuedAtMs} none="nobody knows when" />
                    {one.handle !== null && <> · {one.handle}</>}
                    {one.fingerprint !== null && (
                      <>
                        {' '}
                        · <code>{one.fingerprint}</code>
                      </>
                    )}
                  </span>
                </span>
              </label>
            ))}
            {open.length === 0 && <p className="soft">None of its versions may still be accepted.</p>}
            {over > 0 && (
              <p className="small soft">
                {over} more {over === 1 ? 'is' : 'are'} dead, was killed before, or was never given out.
              </p>
            )}
          </fieldset>
        )
      }}
    </Await>
  )
}
