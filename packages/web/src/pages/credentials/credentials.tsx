// Credentials.
import { Page } from '../../parts/page.tsx'

export function CredentialsPage() {
  return (
    <Page title="Credentials">
      <p>Not written yet.</p>
    </Page>
  )
}
