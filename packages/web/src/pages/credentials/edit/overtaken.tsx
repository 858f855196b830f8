// Somebody else was first: what they changed, what stays of one's own, and where both changed the same, which of the two.
import { useState } from 'react'
import { useAsk } from '../../../api/use.ts'
import { SelectField } from '../../../parts/fields.tsx'
import { Notice } from '../../../parts/notice.tsx'
import { When } from '../../../parts/time.tsx'
import { actorText } from '../../audit/said/sentence.ts'
import type { CredentialInput } from '../about-draft.ts'
import { pathText, valueText, withTheirs } from './change.ts'
import type { Overtaken } from './use-change.ts'

interface OvertakenParts {
  id: string
  overtaken: Overtaken
  onGoOn: (input: CredentialInput) => void
}

export function OvertakenNotice({ id, overtaken, onGoOn }: OvertakenParts) {
  const { changes, clashes, input, theirs } = overtaken
  const [taken, setTaken] = useState<readonly string[]>([])
  const last = useAsk('record.history', { query: { credential: id, type: 'credentialChanged', limit: 1 } })
  const who = last.data?.items[0]
  const goOn = () =>
    onGoOn(
      clashes.filter(one => taken.includes(one.path)).reduce((whole, one) => withTheirs(whole, one), input),
    )
  return (
    <div role="alert">
      <Notice
        tone="warn"
        title="Somebody changed it while you were at it. Nothing of yours was written, and nothing is lost."
      >
        {who && (
          <p>
            The last change was by {actorText(who.by)}, <When ms={who.atMs} />.
          </p>
        )}
        <div className="table-frame">
          <table className="table">
            <caption className="hidden">What they changed</caption>
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">You began with</th>
                <th scope="col">It is now</th>
                <th scope="col">Yours</th>
              </tr>
            </thead>
            <tbody>
              {changes.map(({ path, was, is }) => {
                const clash = clashes.find(one => one.path === path)
                return (
                  <tr key={path}>
                    <th scope="row">{pathText(path)}</th>
                    <td>{valueText(path, was)}</td>
                    <td>{valueText(path, is)}</td>
                    <td>
                      {clash === undefined ? (
                        <span className="soft">not changed: theirs is kept</span>
                      ) : (
                        <SelectField
                          label={`Of ${pathText(path)}, keep`}
                          value={taken.includes(path) ? 'theirs' : 'mine'}
                          onChange={choice =>
                            setTaken(
                              choice === 'theirs' ? [...taken, path] : taken.filter(one => one !== path),
                            )
                          }
                          options={[
                            { value: 'mine', text: `mine: ${valueText(path, clash.mine)}` },
                            { value: 'theirs', text: `theirs: ${valueText(path, is)}` },
                          ]}
                        />
                      )}
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
        <div className="row">
          <button type="button" className="first" onClick={goOn}>
            Put both together
          </button>
          <button type="button" onClick={() => onGoOn(theirs)}>
            Leave mine, begin with theirs
          </button>
        </div>
        <p className="small">Then look at it once more, and save.</p>
      </Notice>
    </div>
  )
}
