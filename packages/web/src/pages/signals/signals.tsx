// Signals: the list, and one of them.
import { useAddress } from '../../address.ts'
import { SignalDetail } from './detail.tsx'
import { SignalList } from './list.tsx'

export function SignalsPage() {
  const [, id] = useAddress().parts
  return id === undefined ? <SignalList /> : <SignalDetail key={id} id={id} />
}
