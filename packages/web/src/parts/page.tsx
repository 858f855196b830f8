// What every page begins with: its title, what it is for, and what can be done.
import { type ReactNode, useEffect, useRef } from 'react'
import { useInSight } from './in-sight.ts'

interface PageParts {
  title: string
  about?: ReactNode
  crumbs?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

export function Page({ title, about, crumbs, actions, children }: PageParts) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Rekey`
  }, [title])
  // Whoever cannot see it is told that another page is there.
  useEffect(() => {
    if (!isFirst) heading.current?.focus({ preventScroll: true })
    isFirst = false
    window.scrollTo(0, 0)
  }, [])
  return (
    <div className="page">
      <header className="page-head">
        <div>
          {crumbs && <div className="crumbs">{crumbs}</div>}
          <h1 tabIndex={-1} ref={heading}>
            {title}
          </h1>
          {about && <div className="about">{about}</div>}
        </div>
        {actions && <div className="row">{actions}</div>}
      </header>
      {children}
    </div>
  )
}
let isFirst = true

export function Card({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="card">
      <div className="card-head">
        <h2>{title}</h2>
        {aside && <div className="small soft">{aside}</div>}
      </div>
      {children}
    </section>
  )
}

/** Nothing is here yet: says what would be, and how it comes to be. */
export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  )
}

export interface Fact {
  name: string
  value: ReactNode
}
export function Facts({ facts }: { facts: readonly (Fact | null | false)[] }) {
  return (
    <dl className="facts">
      {facts.map(
        fact =>
          fact && (
            <div key={fact.name} style={{ display: 'contents' }}>
              <dt>{fact.name}</dt>
              <dd>{fact.value}</dd>
            </div>
          ),
      )}
    </dl>
  )
}

export function Tabs({
  label,
  tabs,
}: {
  label: string
  tabs: readonly { name: string; href: string; isHere: boolean }[]
}) {
  const here = tabs.findIndex(one => one.isHere)
  // With the one before it, so that it is plain that there are others.
  const strip = useInSight<HTMLElement>(nav => nav.children[Math.max(0, here - 1)], here)
  return (
    <nav className="tabs" aria-label={label} ref={strip}>
      {tabs.map(({ name, href, isHere }) => (
        <a key={href} href={href} {...(isHere && { 'aria-current': 'page' as const })}>
          {name}
        </a>
      ))}
    </nav>
  )
}
