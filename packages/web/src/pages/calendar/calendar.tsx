// Calendar.
import { Page } from '../../parts/page.tsx'

export function CalendarPage() {
  return (
    <Page title="Calendar">
      <p>Not written yet.</p>
    </Page>
  )
}
