// Signals.
import { Page } from '../../parts/page.tsx'

export function SignalsPage() {
  return (
    <Page title="Signals">
      <p>Not written yet.</p>
    </Page>
  )
}
