// What a user may do that another may not, told by their rules: what one has and the other lacks.
import type { RightsDiff } from '@rekey/core'
import { type Rules, type User, written } from './user.ts'

export function differences(old: User, fresh: User): RightsDiff {
  const missing: string[] = []
  const extra: string[] = []
  const note = (had: Iterable<string>, has: Iterable<string>) => {
    missing.push(...lacking([...had], [...has]))
    extra.push(...lacking([...has], [...had]))
  }
  note(wordsOf(old), wordsOf(fresh))
  // A rule that takes away tells against the one that has it.
  note(takenFrom(fresh.commands), takenFrom(old.commands))
  if (missing.length + extra.length === 0 && old.commands.join(' ') !== fresh.commands.join(' ')) {
    const order = (user: User) => `commands in the order ${user.commands.join(' ')}`
    return { missing: [order(old)], extra: [order(fresh)] }
  }
  return { missing: missing.sort(), extra: extra.sort() }
}

const lacking = (one: string[], other: string[]): string[] =>
  one.filter(word => !other.includes(word) && !other.includes(wider(word)))

/** The word under which everything of its kind is held. */
function wider(word: string): string {
  if (word.startsWith('the keys ')) return 'the keys ~*'
  if (word.startsWith('the channels ')) return 'the channels &*'
  return word
}

function wordsOf(user: User): string[] {
  return [
    ...user.keys.map(one => `the keys ${one}`),
    ...user.channels.map(one => `the channels ${one}`),
    ...user.commands.filter(one => one.startsWith('+')).map(one => `the commands ${one}`),
    ...user.selectors.map(one => `the further rules (${inOrder(one)})`),
    ...(user.isUnchecked ? ['the right to RESTORE without a check'] : []),
    ...(user.isOpen ? ['a login without a password'] : []),
  ]
}

const inOrder = (rules: Rules) => written(rules).join(' ')

function takenFrom(commands: readonly string[]): string[] {
  // Every list begins with it; what comes after counts.
  return commands
    .filter(one => one.startsWith('-') && one !== '-@all')
    .map(one => `the commands +${one.slice(1)}`)
}
