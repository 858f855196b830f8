// A fingerprint: its first digits, and the whole of it for whoever points at it.
import { shortPrint } from './kind-text.ts'

export const Fingerprint = ({ of }: { of: string | null | undefined }) =>
  of === null || of === undefined ? (
    <span className="soft">–</span>
  ) : (
    <code title={of} className="nowrap">
      {shortPrint(of)}…
    </code>
  )
