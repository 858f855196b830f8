// The sheet of a break-glass code: shown this once, and made to be printed and put into an envelope.
import { createPortal } from 'react-dom'
import type { Answer } from '../../api/ask.ts'
import { ShownOnce } from '../../parts/shown-once.tsx'
import { Instant } from '../../parts/time.tsx'
import { outsideAddress } from './secret-of.tsx'

export type Glass = Answer<'glass.make'>

export function GlassSheet({ glass, onClose }: { glass: Glass; onClose: () => void }) {
  return (
    <>
      <ShownOnce title="A break-glass code" label="The code" secret={glass.code} onClose={onClose}>
        <p>
          Print it with what to do: nobody reads a manual in an emergency. The sheet has the code on it, so
          take it from the printer yourself.
        </p>
        <div>
          <button type="button" onClick={() => print()}>
            Print the sheet
          </button>
        </div>
      </ShownOnce>
      {createPortal(<Sheet glass={glass} />, document.body)}
    </>
  )
}

/** On paper only: whoever holds it knows nothing of Rekey. */
function Sheet({ glass: { code, id, madeMs, expiresMs } }: { glass: Glass }) {
  const address = outsideAddress('kills.breakGlass', {})
  return (
    <div className="glass-sheet" aria-hidden="true">
      <h1>Break glass: kill a credential</h1>
      <p>
        For when a credential has leaked and nobody can sign in to Rekey. It kills, which cannot be undone,
        and does nothing else.
      </p>
      <p className="glass-code">{code}</p>
      <ol>
        <li>Know what has to die: the id of the credential, and the version if only one has leaked.</li>
        <li>
          From a machine that reaches Rekey:
          <pre>{`curl -X POST ${address} \\
  -H 'content-type: application/json' \\
  -d '{"code": "THE CODE ABOVE",
       "scope": {"of": "credential", "credential": "ITS ID"},
       "reason": "WHAT HAS HAPPENED"}'`}</pre>
          For one version: {'"scope": {"of": "version", "credential": "ITS ID", "version": 3}'}
        </li>
        <li>The answer says how many versions were killed. Tell whoever is answerable for them.</li>
        <li>When it is over, take this code back in Rekey and print another one.</li>
      </ol>
      <p>
        Code {id}, made <Instant ms={madeMs} />,{' '}
        {expiresMs === null ? (
          'without an end'
        ) : (
          <>
            good until <Instant ms={expiresMs} />
          </>
        )}
        .
      </p>
    </div>
  )
}
