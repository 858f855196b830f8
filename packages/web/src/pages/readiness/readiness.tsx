// Readiness.
import { Page } from '../../parts/page.tsx'

export function ReadinessPage() {
  return (
    <Page title="Readiness">
      <p>Not written yet.</p>
    </Page>
  )
}
