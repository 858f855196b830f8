// Rotations.
import { Page } from '../../parts/page.tsx'

export function RotationsPage() {
  return (
    <Page title="Rotations">
      <p>Not written yet.</p>
    </Page>
  )
}
