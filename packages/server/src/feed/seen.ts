// Events as people see them, and what of them concerns agents.

import type { StoredEvent } from '@rekey/store'
import type { AgentNews, EventView } from '@rekey/wire'
import type { Assignments } from '../api/assignments.ts'
import { kindAndId } from '../runner/rows.ts'

/** An event with the credential it is about, and that credential's environment: null where it concerns all of them. */
export async function viewOf(event: StoredEvent, assignments: Assignments): Promise<EventView> {
  const { position, stream, seq, type, atMs, by, leaf } = event
  const data = JSON.parse(event.data) as Record<string, unknown>
  const credential = await credentialOf(stream, data, assignments)
  const environment = credential === null ? null : ((await assignments.of(credential))?.environment ?? null)
  return { position, stream, seq, type, atMs, by, credential, environment, data, leaf }
}

async function credentialOf(
  stream: string,
  data: Record<string, unknown>,
  assignments: Assignments,
): Promise<string | null> {
  const [kind, id] = kindAndId(stream)
  if (kind === 'credential') return id
  if (kind === 'rotation') return assignments.credentialOf(id)
  const said = data['credential']
  return typeof said === 'string' ? said : null
}

/** Who has to look, by credential; `consumers` null: all of them. */
export interface Concern {
  credential: string
  consumers: readonly string[] | null
  type: AgentNews['type']
  position: number
  atMs: number
}

export function concernOf({ type, credential, position, atMs, data }: EventView): Concern | null {
  if (credential === null) return null
  const said = data as { consumers?: string[]; consumer?: string | { id: string }; verb?: string }
  const concern = (type: AgentNews['type'], consumers: readonly string[] | null): Concern => ({
    credential,
    consumers,
    type,
    position,
    atMs,
  })
  switch (type) {
    case 'waveMoved':
      return concern('assigned', said.consumers ?? [])
    case 'consumerMoved':
      return concern('assigned', typeof said.consumer === 'string' ? [said.consumer] : [])
    case 'consumerRestricted':
    case 'restrictionLifted':
      return concern('look', typeof said.consumer === 'string' ? [said.consumer] : [])
    case 'consumerRegistered':
    case 'consumerChanged':
      return concern('look', typeof said.consumer === 'object' ? [said.consumer.id] : null)
    case 'effectDone':
      return said.verb !== undefined && ending.has(said.verb) ? concern('look', null) : null
    case 'versionKilled':
      // Whoever listens has been told by the order itself, and ten thousand more messages would stand in the way of the answers.
      return concern('look', [])
    case 'aliasMoved':
    case 'versionImported':
    case 'versionReinstated':
    case 'rotationEnded':
      return concern('look', null)
    default:
      return null
  }
}

/** After these another set of versions is accepted. */
const ending = new Set(['disable', 'enable', 'destroy'])
