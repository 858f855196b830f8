// Which page, by who is there and where the address points.
import { Component, type ReactNode, Suspense, useEffect, useSyncExternalStore } from 'react'
import { to, useAddress } from './address.ts'
import { begin, sessionNow, watchSession } from './api/session.ts'
import { SetUp, SignIn } from './pages/entrance.tsx'
import { ErrorNotice } from './parts/notice.tsx'
import { Page } from './parts/page.tsx'
import { placeAt } from './places.ts'
import { Shell } from './shell.tsx'

export function App() {
  const session = useSyncExternalStore(watchSession, sessionNow)
  useEffect(() => void begin(), [])
  switch (session.is) {
    case 'unknown':
      return <p className="loading">Loading …</p>
    case 'new':
      return <SetUp />
    case 'out':
      return <SignIn />
    case 'away':
      return <Away error={session.error} />
    case 'in':
    case 'expired':
      return (
        <Shell session={session}>
          <Here />
        </Shell>
      )
  }
}

function Away({ error }: { error: unknown }) {
  useEffect(() => {
    const timer = setInterval(() => void begin(), 3_000)
    return () => clearInterval(timer)
  }, [])
  return (
    <main className="entrance">
      <h1>Rekey</h1>
      <ErrorNotice error={error} />
      <p className="soft">It is tried again every three seconds.</p>
    </main>
  )
}

function Here() {
  const { parts } = useAddress()
  const place = placeAt(parts[0])
  if (place === undefined) return <Nowhere />
  const { page: Found } = place
  return (
    // Another page begins anew; within one it is up to the page.
    <Safe key={place.at}>
      <Suspense fallback={<p className="loading">Loading …</p>}>
        <Found />
      </Suspense>
    </Safe>
  )
}

const Nowhere = () => (
  <Page title="There is nothing here">
    <p>
      The address leads to no page. <a href={to()}>See what needs a person now.</a>
    </p>
  </Page>
)

/** What fails on one page leaves the menu standing. */
class Safe extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown }
  static getDerivedStateFromError(error: unknown) {
    return { error }
  }
  override render() {
    if (this.state.error === null) return this.props.children
    return (
      <Page title="This page failed">
        <div className="stack">
          <ErrorNotice error={this.state.error} />
          <div>
            <button type="button" onClick={() => location.reload()}>
              Load it again
            </button>
          </div>
        </div>
      </Page>
    )
  }
}
