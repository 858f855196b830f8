// What a driver logs in with: the version's own login and value, and nothing that could come from elsewhere.
import { RekeyError } from '../error.ts'
import type { UseContext } from '../use.ts'

export interface Login {
  user: string
  password: string
}

/** As whom the target sees a connection: under the consumer's id it is known there, and no ghost. */
export const nameAt = (context: UseContext, { name }: { name?: string }) => name ?? context.consumer

export function loginOf(context: UseContext, user: string | undefined): Login {
  const found = context.handle ?? user
  if (found !== undefined) return { user: found, password: context.value }
  throw new RekeyError(
    'not-configured',
    `Version ${context.version} brings no login of its own, and none was given.`,
    'Give `user`.',
  )
}

const ours = new Set(['name', 'max', 'drainMs', 'idleMs', 'waitMs', 'user'])

/** What the driver is to be told besides. Settings that bring a login along (`password`, an address with a login in it) would win over ours. */
export function settingsFor(
  options: Record<string, unknown>,
  refused: readonly string[],
): Record<string, unknown> {
  for (const name of ['password', ...refused]) {
    if (options[name] === undefined) continue
    const text = `The option ${name} would bring a login of its own.`
    throw new RekeyError('not-configured', text, 'Give host, port and database one by one.')
  }
  return Object.fromEntries(Object.entries(options).filter(([name]) => !ours.has(name)))
}
