// How whoever trusts neither this page nor its control plane checks it by themselves.
import { offlineProgram } from './evidence.ts'

export function Offline() {
  return (
    <details>
      <summary>Check it offline, by yourself</summary>
      <div className="stack-s">
        <p>
          Keep the evidence as a file. It holds all that it takes: the event, its leaf, the proof, the
          checkpoint and the key. The formats are public (C2SP tlog-proof, signed-note and tlog-checkpoint;
          RFC 6962 hashes; RFC 8785 canonical JSON), so any program that knows them will do. With the log of
          Rekey itself, in a clone of its repository and without a network:
        </p>
        <pre tabIndex={0}>{offlineProgram}</pre>
        <p>
          Save it as <code>packages/log/check.mjs</code> and run{' '}
          <code>node packages/log/check.mjs rekey-event-….json</code>. Take the key from somebody you trust,
          not from the file.
        </p>
      </div>
    </details>
  )
}
