// Who is signed in, and what they may do. A session that ends under a half-filled form is begun anew over it; nothing is lost, and
// what was asked meanwhile waits (parts/sign-in-again.tsx).

import { forgetDrafts } from '../parts/draft.ts'
import { type Answer, ask, ProblemError, whenSignedOut } from './ask.ts'
import { forgetAll } from './cache.ts'

export type Person = Answer<'session.get'>['person']

export type Session =
  | { is: 'unknown' }
  /** Nobody has set this control plane up yet. */
  | { is: 'new' }
  | { is: 'out' }
  | { is: 'in'; person: Person }
  /** It was in, and has expired: the page stays as it is. */
  | { is: 'expired'; person: Person }
  | { is: 'away'; error: unknown }

let session: Session = { is: 'unknown' }
const listeners = new Set<() => void>()
let waiting: (() => void)[] = []

export const sessionNow = () => session
export function watchSession(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function become(next: Session): void {
  session = next
  for (const listener of listeners) listener()
}

export async function begin(): Promise<void> {
  try {
    const { person } = await ask('session.get')
    become({ is: 'in', person })
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.status !== 401) return become({ is: 'away', error })
    const { done } = await ask('setUp.state').catch(() => ({ done: true }))
    become(done ? { is: 'out' } : { is: 'new' })
  }
}

export function signedIn(person: Person): void {
  if (session.is === 'expired' && session.person.id !== person.id) {
    forgetAll()
    forgetDrafts()
  }
  become({ is: 'in', person })
  const those = waiting
  waiting = []
  for (const go of those) go()
}

export async function signOut(): Promise<void> {
  await ask('session.signOut').catch(() => undefined)
  forgetDrafts()
  location.hash = '#/'
  // All that was read goes with the page.
  location.reload()
}

whenSignedOut(() => {
  if (session.is === 'in') become({ is: 'expired', person: session.person })
  if (session.is === 'out' || session.is === 'new') return Promise.reject(new Error('nobody is signed in'))
  return new Promise(resolve => waiting.push(resolve))
})
