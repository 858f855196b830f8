// Consumers.
import { Page } from '../../parts/page.tsx'

export function ConsumersPage() {
  return (
    <Page title="Consumers">
      <p>Not written yet.</p>
    </Page>
  )
}
