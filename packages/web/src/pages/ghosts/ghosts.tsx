// Ghosts.
import { Page } from '../../parts/page.tsx'

export function GhostsPage() {
  return (
    <Page title="Ghosts">
      <p>Not written yet.</p>
    </Page>
  )
}
