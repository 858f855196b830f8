// All that readiness asks of one credential: what is there, what is missing and how to mend it, and its rare paths.
import { to } from '../../address.ts'
import { Mark } from '../../parts/mark.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { When } from '../../parts/time.tsx'
import { checkText, type Ready, type Unready } from './tally.ts'

export function Checks({ ready }: { ready: Ready }) {
  const { credential, checks, missing, rarePaths } = ready
  return (
    <div className="stack">
      <ul role="list" className="checks">
        {checks.map(({ check, ok }) => {
          const lacks = missing.filter(one => one.check === check)
          return (
            <li key={check} className="stack-s">
              <span className="row">
                <Mark tone={ok ? 'good' : lacks.some(one => one.blocks) ? 'bad' : 'warn'}>
                  {ok ? 'yes' : lacks.some(one => one.blocks) ? 'no, it stops' : 'no, a warning'}
                </Mark>
                <strong>{checkText(check)}</strong>
              </span>
              {lacks.length > 0 && (
                <ul className="advice">
                  {lacks.map(one => (
                    <Lack key={`${one.consumer} ${one.text}`} credential={credential} lack={one} />
                  ))}
                </ul>
              )}
            </li>
          )
        })}
      </ul>
      {rarePaths.length > 0 && (
        <div className="stack-s">
          <h3>Rare paths</h3>
          <ul className="advice">
            {rarePaths.map(({ consumer, name, lastExercisedAtMs }) => (
              <li key={consumer}>
                <a href={to('consumers', credential, consumer)}>{name}</a>:{' '}
                {lastExercisedAtMs === null ? (
                  'never seen to run'
                ) : (
                  <>
                    last exercised <When ms={lastExercisedAtMs} />
                  </>
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}

const Lack = ({ credential, lack: { consumer, text, how } }: { credential: string; lack: Unready }) => (
  <li>
    <Sentence>{text}</Sentence> {how}{' '}
    <a href={consumer === null ? to('credentials', credential) : to('consumers', credential, consumer)}>
      {consumer === null ? 'The credential' : `The consumer ${consumer}`}
    </a>
  </li>
)
