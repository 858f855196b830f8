// What stands around every page: the menu, whether it is live, who is signed in, the palette, and the keys.
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react'
import { to, useAddress } from './address.ts'
import { goLive, linkNow, watchLink } from './api/live.ts'
import { type Session, signOut } from './api/session.ts'
import { useAsk } from './api/use.ts'
import { listenKeys } from './keys.ts'
import { SignInForm } from './pages/entrance.tsx'
import { Palette } from './palette.tsx'
import { Brand } from './parts/brand.tsx'
import { Dialog } from './parts/dialog.tsx'
import { SaidLately } from './parts/notice.tsx'
import { choose, useChoice } from './parts/preference.ts'
import { type Place, places } from './places.ts'

type In = Extract<Session, { person: unknown }>
type Open = null | 'menu' | 'palette' | 'keys'

export function Shell({ session, children }: { session: In; children: ReactNode }) {
  const [open, setOpen] = useState<Open>(null)
  const { person } = session
  useEffect(goLive, [])
  useEffect(() => listenKeys({ palette: () => setOpen('palette'), keys: () => setOpen('keys') }), [])
  const { parts } = useAddress()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page puts the menu away.
  useEffect(() => setOpen(now => (now === 'menu' ? null : now)), [parts])
  return (
    <>
      <a className="skip" href="#main" onClick={event => toMain(event)}>
        To the content
      </a>
      <div className="shell">
        <header className="side">
          <Brand />
          <Menu here={parts[0]} />
          <Foot name={person.name} onPalette={() => setOpen('palette')} onKeys={() => setOpen('keys')} />
        </header>
        <header className="top">
          <Brand />
          <div className="row">
            <button type="button" onClick={() => setOpen('palette')}>
              Search
            </button>
            <button type="button" aria-expanded={open === 'menu'} onClick={() => setOpen('menu')}>
              Menu
            </button>
          </div>
        </header>
        <main id="main" className="content" tabIndex={-1}>
          {children}
        </main>
      </div>
      {open === 'menu' && (
        <Dialog title="Menu" onClose={() => setOpen(null)}>
          <Menu here={parts[0]} />
          <Foot name={person.name} onPalette={() => setOpen('palette')} onKeys={() => setOpen('keys')} />
        </Dialog>
      )}
      {open === 'palette' && <Palette onClose={() => setOpen(null)} />}
      {open === 'keys' && <Keys onClose={() => setOpen(null)} />}
      {session.is === 'expired' && (
        <Dialog title="Your session has expired" onClose={() => undefined} fixed>
          <p>Sign in again, and go on where you were: nothing on the page is lost.</p>
          <SignInForm was={person.id} />
        </Dialog>
      )}
      <SaidLately />
    </>
  )
}

function toMain(event: { preventDefault(): void }): void {
  // The part behind # is the page.
  event.preventDefault()
  document.getElementById('main')?.focus()
}

function Menu({ here }: { here: string | undefined }) {
  const now = useAsk('overview.now', { query: {} })
  const urgent = now.data?.items.filter(one => one.urgency === 'now').length ?? 0
  const counts: Partial<Record<string, { count: number; isUrgent?: boolean }>> = {
    '': { count: (now.data?.items.length ?? 0) + (now.data?.more ?? 0), isUrgent: urgent > 0 },
    rotations: { count: now.data?.counts.flights ?? 0 },
    ghosts: { count: now.data?.counts.ghosts ?? 0 },
  }
  const groups = [...new Set(places.map(one => one.group))]
  return (
    <nav aria-label="Pages" className="places">
      {groups.map(group => (
        <div key={group} style={{ display: 'contents' }}>
          {group !== 'Work' && <p className="group">{group}</p>}
          {places
            .filter(one => one.group === group)
            .map(place => (
              <Entry key={place.at} place={place} isHere={(here ?? '') === place.at} {...counts[place.at]} />
            ))}
        </div>
      ))}
    </nav>
  )
}

function Entry({
  place,
  isHere,
  count = 0,
  isUrgent,
}: {
  place: Place
  isHere: boolean
  count?: number
  isUrgent?: boolean
}) {
  return (
    <a href={to(...(place.at === '' ? [] : [place.at]))} {...(isHere && { 'aria-current': 'page' as const })}>
      {place.name}
      {count > 0 && <span className={isUrgent ? 'count urgent' : 'count'}>{count}</span>}
    </a>
  )
}

const links = { live: 'Live', connecting: 'Connecting …', away: 'No connection' } as const

function Foot({ name, onPalette, onKeys }: { name: string; onPalette: () => void; onKeys: () => void }) {
  const link = useSyncExternalStore(watchLink, linkNow)
  const theme = useChoice('theme')
  const clock = useChoice('clock')
  return (
    <div className="side-foot">
      <span className="link-state" data-link={link} role="status">
        {links[link]}
      </span>
      <div className="row">
        <button
          type="button"
          className="plain icon"
          onClick={() => choose('clock', clock === 'utc' ? 'local' : 'utc')}
        >
          Clock: {clock === 'utc' ? 'UTC' : 'local'}
        </button>
        <button
          type="button"
          className="plain icon"
          onClick={() => choose('theme', theme === 'system' ? 'dark' : theme === 'dark' ? 'light' : 'system')}
        >
          Theme: {theme}
        </button>
      </div>
      <div className="row">
        <button type="button" className="plain icon" onClick={onPalette}>
          Search <kbd>Ctrl K</kbd>
        </button>
        <button type="button" className="plain icon" onClick={onKeys}>
          Keys <kbd>?</kbd>
        </button>
      </div>
      <div className="row between">
        <span>{name}</span>
        <button type="button" className="plain icon" onClick={() => void signOut()}>
          Sign out
        </button>
      </div>
      <a href="docs">The API</a>
    </div>
  )
}

function Keys({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className="facts">
        <dt>
          <kbd>Ctrl</kbd> <kbd>K</kbd>
        </dt>
        <dd>Search for anything, and go there</dd>
        <dt>
          <kbd>/</kbd>
        </dt>
        <dd>Search in the table of this page</dd>
        <dt>
          <kbd>?</kbd>
        </dt>
        <dd>These keys</dd>
        {places.map(({ key, name }) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>
              <kbd>g</kbd> <kbd>{key}</kbd>
            </dt>
            <dd>{name}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
