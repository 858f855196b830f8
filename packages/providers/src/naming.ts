// The names that we give at a target. A name carries all that has to be found again after a crash: whose it is, which version,
// and under which operation it was made. So nothing else has to be kept there, and a name that lacks the mark is not ours.
import { createHash } from 'node:crypto'
import { type Context, type Operation, ProviderError } from './provider.ts'

/** An operation key as eight hexadecimal digits: enough among the versions of one credential. */
export const markOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 8)

export interface Naming {
  /** What it is called by people: the beginning of each name. */
  prefix: string
  longest: number
}

/** `app_v7_1f3a9c04b02c9e4a`: version 7, eight digits of the owner, eight of the operation. */
export function nameOf(
  { prefix, longest }: Naming,
  { owner }: Pick<Context, 'owner'>,
  operation: Operation,
): string {
  const name = `${prefix}_v${operation.version}_${owner}${markOf(operation.key)}`
  if (name.length <= longest) return name
  throw new ProviderError(
    'rejected',
    `the name ${name} has ${name.length} characters and the target allows ${longest}: shorten the setting "prefix" to ${longest - (name.length - prefix.length)} or fewer`,
  )
}

/** The mark of a name that is ours; null: it is not. */
export function markIn(
  { prefix }: Pick<Naming, 'prefix'>,
  { owner }: Pick<Context, 'owner'>,
  name: string,
): string | null {
  if (!name.startsWith(`${prefix}_v`)) return null
  const found = /^\d+_([0-9a-f]{8})([0-9a-f]{8})$/.exec(name.slice(prefix.length + 2))
  return found !== null && found[1] === owner ? found[2]! : null
}
