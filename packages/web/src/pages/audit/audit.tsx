// Audit: who did what and when. The record is the audit log; there is no second one.
import { useAddress } from '../../address.ts'
import { CheckPage } from './check-page.tsx'
import { EventPage } from './event-page.tsx'
import { RecordPage } from './record-page.tsx'

export function AuditPage() {
  const [, part] = useAddress().parts
  if (part === 'check') return <CheckPage />
  return part === undefined ? <RecordPage /> : <EventPage key={part} part={part} />
}
