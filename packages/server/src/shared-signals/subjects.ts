// What a stream wants to hear of (Shared Signals Framework 1.0, 8.1.3): a credential, or one version of it, by the name that it has in a set.

import type { Receiver } from '../access/caller.ts'
import type { Plane } from '../api/plane.ts'
import { notFound } from '../http/problem.ts'
import { bad } from './streams.ts'

export async function setSubject(
  plane: Plane,
  receiver: Receiver,
  stream: string,
  subject: Record<string, unknown>,
  wanted: boolean,
): Promise<void> {
  const { issuer } = await plane.orders.keys.ring()
  const { format, iss, sub } = subject
  if (format !== 'iss_sub' || iss !== issuer || typeof sub !== 'string') throw notFound('such subject')
  const credential = credentialIn(sub)
  if (credential === null) throw bad('a subject is cred/<credential> or cred/<credential>/v/<version>')
  const environment = (await plane.assignments.of(credential))?.environment
  const { environments } = receiver.record
  // Whether it is there at all is told to nobody who may not hear of it.
  const isSeen =
    environment !== undefined && (environments.includes('*') || environments.includes(environment))
  if (!isSeen) throw notFound('such subject')
  await plane.keep.put('signal-subject', `${stream}/${sub}`, { wanted })
}

function credentialIn(sub: string): string | null {
  const [, credential] = /^cred\/([^/]{1,700})(?:\/v\/[1-9]\d{0,8})?$/.exec(sub) ?? []
  if (credential === undefined) return null
  try {
    const id = decodeURIComponent(credential)
    // Written in one way only, or it would not be found again.
    return encodeURIComponent(id) === credential ? id : null
  } catch {
    return null
  }
}
