// What a person enters before Rekey can rotate anything: the credential, who uses it, and an agent for each. All of it by the API.
import { agentFor, type Person } from '../plane/control-plane.ts'
import { type MemberId, memberOf, members, registered } from '../platform/members.ts'
import type { Scene } from './scene.ts'

export const credential = 'docstore'
/** Seconds stand for hours here, and nothing else is changed (docs/demo.md). */
const policy = { quietMs: 3_000, errorWindowMs: 2_000, approvals: 1, inFlight: 'finish' }

export async function register(scene: Scene, ids: readonly MemberId[]): Promise<void> {
  const { person, docstore } = scene.world
  await person.ask('POST', '/credentials', {
    id: credential,
    credential: {
      name: 'Docstore token',
      kind: 'http-api',
      provider: 'docstore',
      settings: { adminSecret: 'docstore-admin', prefix: 'docstore', baseUrl: `${docstore.url}/v1` },
      target: 'docstore',
      environment: 'production',
      owner: { id: 'team-intake', name: 'Intake team' },
      policy,
    },
    consumers: members.filter(one => ids.includes(one.id)).map(one => ({ id: one.id, ...registered(one) })),
    existing: { handle: scene.token.id, value: scene.token.value },
  })
  await Promise.all(ids.map(id => giveAgent(scene, id)))
}

/** From its next start on it has its token from Rekey. */
export async function giveAgent({ world, platform }: Scene, id: MemberId): Promise<void> {
  const join = await agentFor(world.person, credential, id, id)
  platform.useRekey(id, { url: world.plane.address, credential, join })
}

export async function claim(person: Person, ghost: string, id: MemberId): Promise<void> {
  await person.ask('POST', `/credentials/${credential}/ghosts/${encodeURIComponent(ghost)}/claim`, {
    id,
    consumer: registered(memberOf(id)),
  })
}

export interface VersionSeen {
  number: number
  handle: string | null
  state: string
}

export async function versions(person: Person): Promise<VersionSeen[]> {
  return (await person.ask<{ items: VersionSeen[] }>('GET', `/credentials/${credential}/versions`)).items
}
