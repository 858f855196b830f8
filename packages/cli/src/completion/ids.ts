// Ids for a shell that completes, from the control plane: quickly, or none. Whoever types must not wait, nor read of a failure.
import type { Talk } from '../call.ts'
import type { Ids } from '../kinds.ts'
import type { Answer, Asked, Known } from '../plane/operations.ts'
import type { Candidate } from './candidates.ts'

const longestMs = 1_500
const most = 500

type Ask = <O extends Known>(operation: O, asked?: Asked<O>) => Promise<Answer<O>>

export async function idsOf(call: Talk, ids: Ids, credential: string | null): Promise<Candidate[]> {
  try {
    const { plane } = call
    if (plane.connection.token === null) return []
    const ask: Ask = async (operation, asked = {}) =>
      (await plane.answer(operation, asked, { timeoutMs: longestMs })).value
    return await known[ids](ask, credential)
  } catch {
    return []
  }
}

const limit = { limit: most }

const known: Record<Ids, (ask: Ask, credential: string | null) => Promise<Candidate[]>> = {
  async agent(ask) {
    const { items } = await ask('agents.list', { query: limit })
    return items.filter(one => one.endedMs === null).map(one => ({ value: one.id, text: one.name }))
  },
  async 'break-glass'(ask) {
    const { items } = await ask('glass.list')
    return items.map(one => ({ value: one.id, text: '' }))
  },
  async consumer(ask, credential) {
    const items =
      credential === null
        ? (await ask('overview.consumers', { query: limit })).items
        : (await ask('consumers.list', { params: { credential } })).items
    return items.map(one => ({ value: one.id, text: one.name }))
  },
  async credential(ask) {
    const { items } = await ask('credentials.list', { query: limit })
    return items.map(one => ({ value: one.id, text: one.name }))
  },
  async environment(ask) {
    const { items } = await ask('credentials.list', { query: limit })
    return [...new Set(items.map(one => one.environment))].map(value => ({ value, text: '' }))
  },
  async ghost(ask, credential) {
    const items =
      credential === null
        ? (await ask('overview.ghosts', { query: { ...limit, state: 'open' } })).items
        : (await ask('ghosts.list', { params: { credential } })).items
    return items.filter(one => one.state === 'open').map(one => ({ value: one.seenAs, text: one.credential }))
  },
  async issuer(ask) {
    const { items } = await ask('issuers.list')
    return items.map(one => ({ value: one.id, text: one.issuer }))
  },
  async kill(ask) {
    const { items } = await ask('kills.list', { query: limit })
    return items.map(one => ({ value: one.id, text: one.scope }))
  },
  async person(ask) {
    const { items } = await ask('people.list', { query: limit })
    return items.map(one => ({ value: one.id, text: one.name }))
  },
  async proposal(ask) {
    const { items } = await ask('proposals.list')
    return items.map(one => ({ value: one.id, text: `${one.what} ${one.credential}` }))
  },
  async provider(ask) {
    const { items } = await ask('providers.list')
    return items.map(one => ({ value: one.kind, text: one.title }))
  },
  async receiver(ask) {
    const { items } = await ask('receivers.list')
    return items.map(one => ({ value: one.id, text: one.name }))
  },
  // By its credential: that is what a person knows it by.
  async rotation(ask) {
    const { items } = await ask('rotations.list', { query: { ...limit, open: true } })
    return items.map(one => ({ value: one.credential, text: one.phase }))
  },
  async 'sign-on'(ask) {
    const { items } = await ask('signOns.list')
    return items.map(one => ({ value: one.id, text: one.name }))
  },
  async signal(ask) {
    const { items } = await ask('signals.list', { query: { ...limit, state: 'open' } })
    return items.map(one => ({ value: one.id, text: one.summary }))
  },
  async 'signal-source'(ask) {
    const { items } = await ask('signalSources.list')
    return items.map(one => ({ value: one.id, text: one.kind }))
  },
  async source(ask) {
    const { items } = await ask('sources.list')
    return items.map(one => ({ value: one.id, text: one.kind }))
  },
  async target(ask) {
    const { items } = await ask('credentials.list', { query: limit })
    return [...new Set(items.map(one => one.target))].map(value => ({ value, text: '' }))
  },
  async token(ask) {
    const { items } = await ask('tokens.list')
    return items.map(one => ({ value: one.id, text: one.name }))
  },
  async webhook(ask) {
    const { items } = await ask('webhooks.list')
    return items.map(one => ({ value: one.id, text: one.url }))
  },
}
