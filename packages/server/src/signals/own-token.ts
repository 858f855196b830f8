// Tokens that Rekey made itself and that are out: whose they are, and their end. They are cheap to make anew, so they end without a policy.
import type { OwnToken } from '@rekey/core'
import type { Kept } from '../access/kept.ts'
import { isSameText } from '../access/token-format.ts'
import type { Plane } from '../api/plane.ts'
import type { Report } from './record.ts'
import { signalActor } from './record.ts'

const kinds = { pat: 'token', session: 'session', join: 'join', setup: 'setup', glass: 'glass' } as const

/** Is it one of ours, and good until now? Its shape alone says nothing. */
export async function isOwnToken({ keep }: Plane, own: Report['own']): Promise<boolean> {
  if (own === null) return false
  const hash = await hashOf(keep, own)
  return hash !== null && isSameText(hash, own.hash)
}

async function hashOf(keep: Plane['keep'], { type, id }: OwnToken): Promise<string | null> {
  if (type === 'source') return (await sourceOf(keep, id))?.record.hash ?? null
  if (type === 'receiver') return (await keep.get('receiver-token', id))?.hash ?? null
  if (!Object.hasOwn(kinds, type)) return null
  return (await keep.get(kinds[type as keyof typeof kinds], id))?.hash ?? null
}

async function sourceOf(
  keep: Plane['keep'],
  id: string,
): Promise<{ source: string; record: Kept['source'] } | null> {
  const { source } = (await keep.get('source-token', id)) ?? { source: '' }
  const record = source === '' ? null : await keep.get('source', source)
  return record === null ? null : { source, record }
}

/** What was ended, in words; null: it is gone already. Each with its event, so that it ends on every control plane. */
export async function endOwnToken({ ground, keep }: Plane, { type, id }: OwnToken): Promise<string | null> {
  const stamp = { atMs: ground.nowMs(), by: signalActor }
  switch (type) {
    case 'pat': {
      const record = await keep.get('token', id)
      if (record === null) return null
      await keep.remove('token', id, { type: 'tokenRevoked', token: id, person: record.person, ...stamp })
      return `The API token ${id} of ${record.person} was ended.`
    }
    case 'session': {
      const record = await keep.get('session', id)
      if (record === null) return null
      await keep.remove('session', id, { type: 'signedOut', person: record.person, ...stamp })
      return `A session of ${record.person} was ended.`
    }
    case 'join': {
      const record = await keep.get('join', id)
      if (record === null) return null
      await keep.remove('join', id, { type: 'joinTokenEnded', agent: record.agent, join: id, ...stamp })
      return `The join token ${id} of the agent ${record.agent} was ended; look who has enrolled with it.`
    }
    case 'source': {
      const found = await sourceOf(keep, id)
      if (found === null || found.record.hash === null) return null
      const { source, record } = found
      const event = { type: 'sourceSet', source, kind: record.kind, ...stamp } as const
      await keep.put('source', source, { ...record, hash: null }, { event })
      await keep.remove('source-token', id)
      return `The token of the source ${source} was ended: make it anew with PUT /api/v1/sources/${source}.`
    }
    case 'receiver':
      return endReceiver({ ground, keep }, id)
    case 'glass': {
      if ((await keep.get('glass', id)) === null) return null
      await keep.remove('glass', id, { type: 'glassRemoved', code: id, ...stamp })
      return `The break-glass code ${id} was ended: make another.`
    }
    case 'setup': {
      if ((await keep.get('setup', id)) === null) return null
      await keep.remove('setup', id)
      return 'The set-up link was ended: a start makes another.'
    }
    default:
      return null
  }
}

/** A token that a receiver got for its secret ends alone; with the secret itself ends all that somebody may have got for it. */
async function endReceiver(
  { ground, keep }: Pick<Plane, 'ground' | 'keep'>,
  id: string,
): Promise<string | null> {
  const token = await keep.get('receiver-token', id)
  if (token === null) return null
  const { receiver } = token
  const again = `make it anew with PUT /api/v1/receivers/${receiver} and "anew"`
  const isSecret = (await keep.get('receiver', receiver))?.hash === token.hash
  if (!isSecret) {
    await keep.remove('receiver-token', id)
    return `A token of the receiver ${receiver} was ended. If its secret may be out too: ${again}.`
  }
  const stamp = { atMs: ground.nowMs(), by: signalActor }
  await keep.change('receiver', receiver, record => ({
    record: { ...record, hash: null },
    event: { type: 'receiverSet', receiver, environments: record.environments, ...stamp },
  }))
  for (const { id: one, record } of await keep.all('receiver-token')) {
    if (record.receiver === receiver) await keep.remove('receiver-token', one)
  }
  return `The secret of the receiver ${receiver} was ended, and all tokens that it got for it: ${again}.`
}
