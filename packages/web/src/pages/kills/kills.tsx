// Kill and contain: the list, a new kill, and what came of one.
import { useAddress } from '../../address.ts'
import { KillList } from './list.tsx'
import { NewKill } from './new.tsx'
import { KillReport } from './report.tsx'

export function KillsPage() {
  const [, part] = useAddress().parts
  if (part === undefined) return <KillList />
  if (part === 'new') return <NewKill />
  return <KillReport key={part} id={part} />
}
