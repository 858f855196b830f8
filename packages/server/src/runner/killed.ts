// What the runner knows of a kill: that a version is compromised stands with the version, and why it is, beside it.
import type { Trigger, Version } from '@rekey/core'
import type { Ground } from '../ground.ts'

interface Killed {
  kill: string
  reason: string
}

async function killedOf(
  { store, nowMs }: Ground,
  credential: string,
  version: number,
): Promise<Killed | null> {
  const row = await store.record('killed', `${credential}/${version}`, nowMs())
  return (row?.record ?? null) as Killed | null
}

export async function whyKilled(ground: Ground, credential: string, version: number): Promise<string> {
  const killed = await killedOf(ground, credential, version)
  return killed === null ? `version ${version} is compromised` : `kill ${killed.kill}: ${killed.reason}`
}

/** The version in use is compromised: then nothing is waited for. null: it is not. */
export async function incidentOf(
  ground: Ground,
  credential: string,
  versions: readonly Version[],
  current: number | null,
): Promise<Trigger | null> {
  const version = versions.find(one => one.number === current)
  if (version?.compromised !== true) return null
  const killed = await killedOf(ground, credential, version.number)
  return {
    why: 'incident',
    by: killed === null ? 'nobody known' : 'a kill order',
    reason: killed?.reason ?? `version ${version.number} is compromised`,
    reference: killed?.kill ?? null,
  }
}
