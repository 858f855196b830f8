// Providers.
import { Page } from '../../parts/page.tsx'

export function ProvidersPage() {
  return (
    <Page title="Providers">
      <p>Not written yet.</p>
    </Page>
  )
}
