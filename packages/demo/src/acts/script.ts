// The script that teams have: it does everything right that it knows of. It is here once, and run as it stands; what it lacks is what nobody knew.

export interface Hands {
  createKey(): Promise<{ id: string; secret: string }>
  writeSecret(secret: string): void
  deploy(which: string): Promise<void>
  isHealthy(): Promise<boolean>
  /** Of the deployments that are known, as their dashboard has it. */
  errors(): number
  wait(ms: number): Promise<void>
  revoke(id: string): Promise<void>
  say(text: string): void
  nowMs(): number
}

export interface Rotated {
  newKey: { id: string; secret: string }
  revokedMs: number
  /** From its beginning until it said that it is done. */
  looksCleanAfterMs: number
}

/** In the team's list of deployments. */
export const known = ['intake-api', 'webhook-intake', 'queue-workers'] as const
export const quietMs = 4_000

export class ScriptError extends Error {}

export async function rotateTheUsualWay(hands: Hands, oldKey: string): Promise<Rotated> {
  const beganMs = hands.nowMs()
  hands.say('1 of 6  create a new token at Docstore')
  const newKey = await hands.createKey()
  hands.say('2 of 6  put it into the secret store')
  hands.writeSecret(newKey.secret)
  hands.say(`3 of 6  roll the deployments: ${known.join(', ')}`)
  await Promise.all(known.map(one => hands.deploy(one)))
  if (!(await hands.isHealthy())) throw new ScriptError('the health check is red: nothing was revoked')
  hands.say('4 of 6  health check: green')
  await watchErrors(hands)
  hands.say('5 of 6  error rate: quiet')
  await hands.revoke(oldKey)
  const revokedMs = hands.nowMs()
  hands.say('6 of 6  the old token is revoked')
  await watchErrors(hands)
  return { newKey, revokedMs, looksCleanAfterMs: Math.round(hands.nowMs() - beganMs) }
}

async function watchErrors(hands: Hands): Promise<void> {
  const before = hands.errors()
  await hands.wait(quietMs)
  if (hands.errors() > before) throw new ScriptError('the error rate rose')
}
