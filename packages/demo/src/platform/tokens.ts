// Where a program has its token from. Each way is one that teams have: a file that is read again now and then, something read once at the start, and
// the SDK. What they differ in is when they notice that there is another one.
import { readFileSync } from 'node:fs'
import { connect, type UseOptions } from '@rekey/sdk'
import { keyIdOf } from '../docstore/keys.ts'
import type { Outcome } from './told.ts'
import type { Worker } from './worker.ts'

export interface Hand {
  token: string
  signal?: AbortSignal
  /** It worked, but worse than it should. */
  degraded(): void
}

export interface Tokens {
  use<T>(work: (hand: Hand) => Promise<T>, options?: UseOptions): Promise<T>
  /** The work of a job that has begun before: with the token it began with, where that is still right. */
  useFor<T>(job: object, work: (hand: Hand) => Promise<T>): Promise<T>
  /** What a job takes along so that it can be gone on with. */
  begun(): Promise<object>
  fallbackIsOff(): void
}

type Environment = Readonly<Record<string, string | undefined>>

/** By the SDK where there is a control plane, else in the way that the program has always had. */
export function tokensOf(work: Worker, environment: Environment, usual: () => Tokens): Tokens {
  return environment['REKEY_URL'] === undefined
    ? usual()
    : sdkTokens(work, environment['DEMO_CREDENTIAL'] ?? '')
}

/** Read again when it is older than `keepMs`. */
export function fileTokens(work: Worker, path: string, keepMs: number): Tokens {
  let token = ''
  let readMs = Number.NEGATIVE_INFINITY
  return plain(() => {
    if (performance.now() - readMs < keepMs) return token
    const found = readFileSync(path, 'utf8').trim()
    readMs = performance.now()
    if (found !== token) work.holds(found)
    token = found
    return token
  })
}

/** Read once: it changes when the program is started anew, and not before. */
export function fixedToken(work: Worker, token: string): Tokens {
  work.holds(token)
  return plain(() => token)
}

function plain(token: () => string): Tokens {
  const hand = (own: string): Hand => ({ token: own, degraded: () => undefined })
  return {
    use: run => run(hand(token())),
    // The context of the first try goes along with the job, the token in it.
    useFor: (job, run) => run(hand((job as { token: string }).token)),
    begun: async () => ({ token: token() }),
    fallbackIsOff: () => undefined,
  }
}

function sdkTokens(work: Worker, name: string): Tokens {
  const rekey = connect()
  const credential = rekey.credential(name)
  work.onStop(() => rekey.close())
  credential.onChange(current => work.holds(current === null ? null : current.value.reveal()))
  const handed =
    <T>(run: (hand: Hand) => Promise<T>) =>
    ({ value, signal, degraded }: { value: string; signal: AbortSignal; degraded(): void }) =>
      run({ token: value, signal, degraded })
  return {
    use: (run, options) => credential.use(handed(run), options),
    useFor: (job, run) => credential.useFor(job, handed(run)),
    async begun() {
      await credential.current()
      return credential.stamp({})
    },
    fallbackIsOff: () => credential.fallback('disabled'),
  }
}

export const doneWith = (token: string, outcome: Outcome = 'done') => ({ outcome, key: keyIdOf(token) })
