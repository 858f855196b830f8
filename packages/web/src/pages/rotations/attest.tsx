// What somebody saw of a consumer in a rotation: with the new version, or with the old one.
import type { LedgerView, RotationView } from '@rekey/wire'
import { AttestDialog } from '../consumers/attest-dialog.tsx'

interface AttestParts {
  row: Pick<LedgerView['rows'][number], 'consumer' | 'name'>
  rotation: Pick<RotationView, 'credential' | 'old' | 'new'>
  onClose: () => void
}

export function Attest({ row, rotation, onClose }: AttestParts) {
  const { credential, old, new: fresh } = rotation
  const versions = [fresh, old].flatMap(one => (one === null ? [] : [one.version]))
  return (
    <AttestDialog
      credential={credential}
      consumer={row.consumer}
      name={row.name}
      versions={versions.map(one => ({
        value: String(one),
        text: `v${one}, the ${one === fresh?.version ? 'new' : 'old'} one`,
      }))}
      version={fresh?.version ?? old?.version ?? null}
      laneHelp="The workflow that it was, where there are several."
      onClose={onClose}
    />
  )
}
