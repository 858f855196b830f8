// A connection in the hands of the program: the driver's own object, whose commands are counted with its version, and which is
// given back with release().
import { RekeyError } from '../error.ts'
import type { Lender, Line } from './lender.ts'

export type Lent<C> = C & {
  /** Gives it back; true or an error: it is of no use any more, and closed. */
  release(isBroken?: boolean | Error): void
}

type Call = (...args: unknown[]) => unknown

/** `counted`: the methods that ask the target for something, and how each is counted. */
export function lent<C extends object>(
  lender: Lender<C>,
  line: Line<C>,
  counted: (name: string) => boolean,
): Lent<C> {
  let isBack = false
  const release = (isBroken: boolean | Error = false) => {
    if (isBack) throw backError()
    isBack = true
    lender.giveBack(line, isBroken !== false)
  }
  return new Proxy(line.client, {
    get(client, name) {
      if (name === 'release') return release
      // Ending it is giving it back, or the pool would lend it again.
      if (name === 'end' || name === 'destroy') return async () => release(true)
      const found: unknown = Reflect.get(client, name, client)
      if (typeof found !== 'function') return found
      const call: Call = (...args) => Reflect.apply(found, client, args)
      if (typeof name !== 'string' || !counted(name)) return call
      return (...args: unknown[]) => {
        if (isBack) throw backError()
        return countedCall(line, call, args)
      }
    },
  }) as Lent<C>
}

/** A promise is counted as it ends; an object that goes on by itself (a cursor, a stream of rows) when it says that it has. */
function countedCall({ hold }: Line<unknown>, call: Call, args: unknown[]): unknown {
  refuseCallback(args)
  const [first] = args
  if (!isEmitter(first)) return hold.use(() => call(...args))
  first.once('end', () => hold.use(() => null))
  first.once('error', error => hold.use(() => Promise.reject(error)).catch(() => undefined))
  return call(...args)
}

export function refuseCallback(args: readonly unknown[]): void {
  if (typeof args.at(-1) !== 'function') return
  throw new TypeError('Queries give back promises here: leave the callback out.')
}

interface Emitter {
  once(event: string, listener: (error?: unknown) => void): unknown
}

export const isEmitter = (found: unknown): found is Emitter =>
  typeof found === 'object' && found !== null && typeof (found as { once?: unknown }).once === 'function'

const backError = () =>
  new RekeyError('connection-released', 'This connection was given back.', 'Ask the pool for another one.')
