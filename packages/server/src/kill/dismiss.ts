// A person answers for a holder that cannot confirm: it was unplugged, or it is known to be gone.
import type { Actor, KillEvent } from '@rekey/core'
import type { Plane } from '../api/plane.ts'
import { append } from '../append.ts'
import { notFound, ProblemError } from '../http/problem.ts'
import { stored } from '../runner/rows.ts'
import { killStream } from './kill.ts'
import type { KillState } from './state.ts'

interface Dismissed {
  credential: string
  consumer: string
  instance: string
  reason: string
}

export async function note(
  { ground }: Pick<Plane, 'ground'>,
  kill: string,
  { answers, holders }: KillState,
  { credential, consumer, instance, reason }: Dismissed,
  by: Actor,
): Promise<void> {
  const isKnown =
    holders.some(
      one => one.credential === credential && one.consumer === consumer && one.instance === instance,
    ) || answers.some(one => one.credential === credential && one.instance === instance)
  if (!isKnown) throw notFound(`holder ${instance} of ${consumer} in kill ${kill}`)
  const event: KillEvent = {
    type: 'holderDismissed',
    credential,
    consumer,
    instance,
    reason,
    atMs: ground.nowMs(),
    by,
  }
  if (!(await append(ground.store, killStream(kill), [stored(event)]))) throw new ProblemError('conflict')
}
