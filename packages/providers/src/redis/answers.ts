// What Redis answers when it does not do what it is asked, in words that name what to mend. Its own text is left out: it repeats
// what was sent. The first word of it is the kind of error. https://redis.io/docs/latest/develop/reference/protocol-spec/
import { wayFailure } from '../failure.ts'
import { type Context, ProviderError } from '../provider.ts'
import type { Node } from './node.ts'

export const placeOf = (node: Node) => `Redis at ${node.host}:${node.port}`

export const kindOf = (error: unknown): string =>
  /^[A-Z]+\b/.exec((error as Error | null)?.message ?? '')?.[0] ?? ''

const askAgain = new Set(['LOADING', 'MASTERDOWN', 'BUSY', 'TRYAGAIN', 'CLUSTERDOWN', 'OOM', 'MISCONF'])

export function explained(error: unknown, context: Context, node: Node): Error {
  const place = placeOf(node)
  const way = wayFailure(error, place, context.signal)
  if (way !== null) return way
  const { admin, adminSecret, template } = context.settings as Record<string, string>
  const say = (code: ProviderError['code'], text: string) => new ProviderError(code, `${place}: ${text}`)
  const { message = '', name = '' } = error as Error
  const kind = kindOf(error)
  if (askAgain.has(kind)) return say('unreachable', `it cannot work just now (${kind})`)
  switch (kind) {
    case 'WRONGPASS':
      return say(
        'denied',
        `the user ${admin} is refused: correct the admin secret "${adminSecret}", or switch the user on`,
      )
    case 'NOAUTH':
      return say('denied', `it asks who we are before anything else: correct "admin" and "${adminSecret}"`)
    case 'NOPERM': {
      const command = /'([a-z|]+)' command/i.exec(message)?.[1]
      const lacking = command === undefined ? 'a right' : `the right +${command}`
      const text = `the user ${admin} lacks ${lacking}: give it the grants of docs/providers/redis.md`
      return say('denied', text)
    }
    case 'DENIED':
      return say(
        'denied',
        'it is in protected mode: give its default user a password, or bind it to an address',
      )
    case 'ERR':
      if (/max number of clients/.test(message)) return say('unreachable', 'it has no connection left for us')
      if (/SETUSER modifier/.test(message))
        return say('rejected', `it does not take the rules of ${template}: look at ACL GETUSER ${template}`)
      if (/unknown (sub)?command/i.test(message))
        return say('rejected', 'it has no access lists: Redis 6.2 or newer is needed')
      return say('unexpected', 'it answered with an error that is not known here')
  }
  // Errors of the driver have no code; each of these is about the connection.
  if (
    /closed|timeout|socket|disconnect|offline/i.test(
      `${name} ${(error as Error).constructor.name} ${message}`,
    )
  )
    return say('unreachable', 'the connection broke')
  return say('unexpected', `it answered with error ${kind || 'without a name'}`)
}
