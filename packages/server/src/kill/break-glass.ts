// Break-glass: a kill by whoever holds a code that was made beforehand, when nobody can sign in, and also when the store cannot be written.
// Then the order goes out all the same, provisionally: it moves nobody's epoch, and is recorded as soon as it can be. It is loud.
import type { Actor, KillScope } from '@rekey/core'
import type { AnswerOf, routes } from '@rekey/wire'
import type { Kept } from '../access/kept.ts'
import { isSameText, readToken } from '../access/token-format.ts'
import type { Plane } from '../api/plane.ts'
import { ProblemError } from '../http/problem.ts'
import { kill, killedKey } from './kill.ts'
import { type OrderTerms, orderText } from './order.ts'
import { reachedBy } from './reach.ts'
import type { Spooled } from './spool.ts'

type Answer = AnswerOf<typeof routes.kills.breakGlass>

export interface Glass {
  code: string
  scope: KillScope
  reason: string
}

/** Longer than a store may think, and shorter than anybody would wait in an emergency. */
const patienceMs = 3_000

export async function breakGlass(plane: Plane, { code, scope, reason }: Glass): Promise<Answer> {
  const id = idOf(plane, code)
  if (id === null) {
    throw new ProblemError('not-signed-in', {
      detail: 'That is no break-glass code.',
      how: 'An admin makes one beforehand (POST /api/v1/break-glass), and keeps it where it can be found without a sign-in.',
    })
  }
  const by: Actor = { kind: 'system', id: `break-glass-${id}` }
  loud(plane, id, reason)
  try {
    const request = { scope, reason, by, cause: { why: 'break-glass', code: id } as const }
    const answer = await within(kill(plane, request), patienceMs)
    if (answer.ok) return { kill: answer.kill, orders: answer.killed.length, recorded: true }
    throw new ProblemError(answer.code === 'nothing-to-kill' ? 'not-found' : 'refused', {
      detail: answer.text,
      how: answer.how,
    })
  } catch (error) {
    if (error instanceof ProblemError) throw error
    plane.ground.journal.trouble?.('break-glass', error)
    return provisional(plane, id, scope, reason)
  }
}

/** null: none of them. They are remembered, so that no store is needed to know them. */
function idOf({ glass, ground }: Plane, code: string): string | null {
  const read = readToken(code)
  if (read?.type !== 'glass') return null
  const known: Kept['glass'] | undefined = glass.codes().get(read.id)
  if (known === undefined || (known.expiresMs !== null && ground.nowMs() >= known.expiresMs)) return null
  return isSameText(known.hash, read.hash) ? read.id : null
}

async function provisional(plane: Plane, code: string, scope: KillScope, reason: string): Promise<Answer> {
  const { ground, orders } = plane
  const ring = orders.keys.known()
  if (ring === null) throw new ProblemError('unavailable', { how: 'Revoke it at the target by hand.' })
  const id = ground.id()
  const atMs = ground.nowMs()
  const meant = await within(versionsOf(plane, scope), patienceMs).catch(() =>
    // Whatever the store would say: one version that is named can be killed without it.
    scope.of === 'version' ? [{ credential: scope.credential, version: scope.version, kind: 'other' }] : [],
  )
  if (meant.length === 0) {
    throw new ProblemError('unavailable', {
      detail: 'The store can be neither read nor written, so it is not known what that scope reaches.',
      how: 'Name one version: {"of": "version", …}. Revoke the others at the target by hand.',
    })
  }
  const made = meant.map(({ credential, version, kind }) => {
    const jti = ground.id()
    const terms: OrderTerms = {
      issuer: ring.issuer,
      jti,
      kill: id,
      credential,
      version,
      credentialType: kind,
      reason,
      initiator: 'admin',
      epoch: 0,
      previous: null,
      status: null,
      provisional: true,
      atMs,
    }
    return { credential, version, jti, text: orderText(ring.active, terms) }
  })
  const spooled: Spooled = { kill: id, reason, code, atMs, orders: made }
  plane.glass.give(spooled)
  return { kill: id, orders: made.length, recorded: false }
}

async function versionsOf(plane: Plane, scope: KillScope) {
  const reached = await reachedBy(plane, scope)
  return reached.flatMap(({ row, killed }) =>
    killed.map(({ number }) => ({ credential: row.id, version: number, kind: row.record.kind as string })),
  )
}

function loud({ ground, keep, metrics }: Plane, code: string, reason: string): void {
  metrics.count('rekey_glass_broken_total')
  ground.journal.trouble?.('break-glass', new Error(`glass was broken with code ${code}: ${reason}`))
  const by: Actor = { kind: 'system', id: `break-glass-${code}` }
  keep
    .note(`glass/${code}`, { type: 'glassBroken', code, reason, atMs: ground.nowMs(), by })
    .catch(error => ground.journal.trouble?.('break-glass', error))
}

function within<T>(doing: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the store does not answer')), ms)
    doing.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

export const givenOf = ({ kill: id, atMs, orders }: Spooled) => ({
  kill: id,
  atMs,
  jtis: new Map(orders.map(one => [killedKey(one.credential, one.version), one.jti])),
})
