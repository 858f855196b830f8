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

function Lack({ credential, lack }: { credential: string; lack: Unready }) {
  const { href, text } = whereToMend(credential, lack)
  return (
    <li>
      <Sentence>{lack.text}</Sentence> {lack.how} <a href={href}>{text}</a>
    </li>
  )
}

/** Where what is missing can be entered. */
function whereToMend(credential: string, { check, consumer }: Unready): { href: string; text: string } {
  if (consumer !== null)
    return { href: to('consumers', credential, consumer), text: `The consumer ${consumer}` }
  switch (check) {
    case 'consumers-known':
      return { href: to('consumers', credential, 'new'), text: 'Register a consumer' }
    case 'owners-known':
      return { href: to('credentials', credential, 'edit'), text: 'Enter an owner' }
    case 'provider':
      return { href: to('providers'), text: 'The providers that there are' }
    case 'observable':
      return { href: to('people', 'sources'), text: 'Connect a source of observations' }
    default:
      return { href: to('credentials', credential), text: 'The credential' }
  }
}
