// Rotations: the list, and one of them.
import { useAddress } from '../../address.ts'
import { RotationDetail } from './detail.tsx'
import { RotationList } from './list.tsx'

export function RotationsPage() {
  const [, id, tab] = useAddress().parts
  return id === undefined ? <RotationList /> : <RotationDetail key={id} id={id} tab={tab ?? 'ledger'} />
}
