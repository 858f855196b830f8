// Audit.
import { Page } from '../../parts/page.tsx'

export function AuditPage() {
  return (
    <Page title="Audit">
      <p>Not written yet.</p>
    </Page>
  )
}
