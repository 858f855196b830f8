// Whether this process should be given work: one that holds a stale credential says so, and a load balancer sends it nothing instead
// of its serving refusals (requirement 5.4). That the control plane is away is no reason: what is held still works.
import type { Cache } from './cache.ts'
import type { Held } from './held.ts'

export type WhyCode =
  | 'not-loaded'
  | 'killed'
  | 'not-accepted'
  | 'behind'
  | 'refused'
  | 'expiring'
  | 'without-contact'

export interface Why {
  code: WhyCode
  credential: string
  consumer: string | null
  text: string
}

export interface CredentialReadiness {
  credential: string
  consumer: string | null
  /** null: none was loaded. */
  version: number | null
  assigned: number | null
  fingerprint: string | null
  /** Others that are still in use here. */
  alsoHeld: number[]
  /** It was to be renewed and could not be. */
  stale: boolean
  expiresMs: number | null
}

export interface Readiness {
  ready: boolean
  why: Why[]
  credentials: CredentialReadiness[]
}

/** So many refusals without a success between them are no accident. */
const persistent = 3

export function readinessOf(caches: Iterable<Cache>, nowMs: number): Readiness {
  const why: Why[] = []
  const credentials: CredentialReadiness[] = []
  for (const cache of caches) {
    const { held, credential, consumer } = cache
    const say = (code: WhyCode, text: string) => why.push({ code, credential, consumer, text })
    const also = cache
      .subjects(nowMs)
      .map(one => one.version)
      .filter(version => version !== held?.version)
    if (held === null && cache.killed !== null) say('killed', cache.killed.message)
    else if (held === null) say('not-loaded', `No version of ${credential} has been loaded.`)
    else check(cache, held, also, nowMs, say)
    credentials.push({
      credential,
      consumer,
      version: held?.version ?? null,
      assigned: cache.behind?.version ?? held?.version ?? null,
      fingerprint: held?.assigned.fingerprint ?? null,
      alsoHeld: also,
      stale: cache.isStale(nowMs),
      expiresMs: held?.assigned.expiresMs ?? null,
    })
  }
  return { ready: why.length === 0, why, credentials }
}

function check(
  cache: Cache,
  held: Held,
  also: number[],
  nowMs: number,
  say: (code: WhyCode, text: string) => void,
): void {
  const { credential, accepted, ttlMs, expiresMs } = held.assigned
  for (const version of [held.version, ...also]) {
    if (!accepted.includes(version))
      say('not-accepted', `Version ${version} of ${credential} is held and no longer accepted.`)
  }
  const { behind } = cache
  if (behind !== null && nowMs - behind.sinceMs > ttlMs) {
    say(
      'behind',
      `Version ${behind.version} of ${credential} is assigned, and version ${held.version} is held.`,
    )
  }
  if (held.authFailures >= persistent) {
    say(
      'refused',
      `Version ${held.version} of ${credential} was refused ${held.authFailures} times in a row.`,
    )
  }
  if (cache.isLost) {
    say(
      'without-contact',
      `There was no word from the control plane for longer than ${credential} may be used.`,
    )
  }
  if (expiresMs !== null && nowMs >= held.guardMs) {
    say('expiring', `Version ${held.version} of ${credential} ends soon and could not be renewed.`)
  }
}

/** What a server of Node answers with; written so that no types of Node are needed to import it. */
export interface NodeAnswer {
  writeHead(status: number, headers: Record<string, string>): unknown
  end(text: string): unknown
}

const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }

export function answerReadiness(readiness: Readiness, answer: NodeAnswer): void {
  answer.writeHead(readiness.ready ? 200 : 503, headers)
  answer.end(JSON.stringify(readiness))
}

export const readinessResponse = (readiness: Readiness): Response =>
  new Response(JSON.stringify(readiness), { status: readiness.ready ? 200 : 503, headers })
