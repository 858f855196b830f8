// Kills.
import { Page } from '../../parts/page.tsx'

export function KillsPage() {
  return (
    <Page title="Kill and contain">
      <p>Not written yet.</p>
    </Page>
  )
}
