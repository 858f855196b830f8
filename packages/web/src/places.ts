// Every page: where it is, what it is called, and the key that leads there. The one list: the menu, the palette and the help read it.
import { type ComponentType, lazy } from 'react'
import { NowPage } from './pages/now/now.tsx'

export interface Place {
  /** The first part of the address; '' is the first page. */
  at: string
  name: string
  /** After `g`. */
  key: string
  group: 'Work' | 'Ahead' | 'Emergency' | 'Account' | 'Setting'
  about: string
  page: ComponentType
}

const later = <N extends string>(load: () => Promise<Record<N, ComponentType>>, name: N) =>
  lazy(async () => ({ default: (await load())[name] }))

export const places: readonly Place[] = [
  { at: '', name: 'Now', key: 'n', group: 'Work', about: 'What needs a person', page: NowPage },
  {
    at: 'credentials',
    name: 'Credentials',
    key: 'c',
    group: 'Work',
    about: 'What there is, who depends on it, versions, policy',
    page: later(() => import('./pages/credentials/credentials.tsx'), 'CredentialsPage'),
  },
  {
    at: 'rotations',
    name: 'Rotations',
    key: 'r',
    group: 'Work',
    about: 'The ledger, the gates, the decisions',
    page: later(() => import('./pages/rotations/rotations.tsx'), 'RotationsPage'),
  },
  {
    at: 'consumers',
    name: 'Consumers',
    key: 'o',
    group: 'Work',
    about: 'Who uses anything, and how it behaves',
    page: later(() => import('./pages/consumers/consumers.tsx'), 'ConsumersPage'),
  },
  {
    at: 'ghosts',
    name: 'Ghosts',
    key: 'h',
    group: 'Work',
    about: 'Users whom nobody registered',
    page: later(() => import('./pages/ghosts/ghosts.tsx'), 'GhostsPage'),
  },
  {
    at: 'calendar',
    name: 'Calendar',
    key: 'l',
    group: 'Ahead',
    about: 'What is rotated when',
    page: later(() => import('./pages/calendar/calendar.tsx'), 'CalendarPage'),
  },
  {
    at: 'readiness',
    name: 'Readiness',
    key: 'y',
    group: 'Ahead',
    about: 'What would stop the next rotation',
    page: later(() => import('./pages/readiness/readiness.tsx'), 'ReadinessPage'),
  },
  {
    at: 'kills',
    name: 'Kill and contain',
    key: 'k',
    group: 'Emergency',
    about: 'Revoke first, everywhere',
    page: later(() => import('./pages/kills/kills.tsx'), 'KillsPage'),
  },
  {
    at: 'signals',
    name: 'Signals',
    key: 's',
    group: 'Emergency',
    about: 'Leaks and anomalies that were told',
    page: later(() => import('./pages/signals/signals.tsx'), 'SignalsPage'),
  },
  {
    at: 'audit',
    name: 'Audit',
    key: 'a',
    group: 'Account',
    about: 'Who did what and when, with proofs',
    page: later(() => import('./pages/audit/audit.tsx'), 'AuditPage'),
  },
  {
    at: 'providers',
    name: 'Providers',
    key: 'p',
    group: 'Setting',
    about: 'What can be rotated, and what it needs',
    page: later(() => import('./pages/providers/providers.tsx'), 'ProvidersPage'),
  },
  {
    at: 'people',
    name: 'People and policies',
    key: 'e',
    group: 'Setting',
    about: 'Roles, tokens, agents, rules',
    page: later(() => import('./pages/people/people.tsx'), 'PeoplePage'),
  },
]

export const placeAt = (part: string | undefined): Place | undefined =>
  places.find(one => one.at === (part ?? ''))
