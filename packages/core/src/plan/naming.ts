// Names in sentences that a person reads at 3 am: the first few, and how many more.
interface Named {
  id: string
  name: string
}

const most = 8

export function nameSome(list: readonly Named[]): string {
  const names = list.slice(0, most).map(nameOf)
  if (list.length > most) return `${names.join(', ')} and ${list.length - most} more`
  const last = names.pop() ?? 'nobody'
  return names.length > 0 ? `${names.join(', ')} and ${last}` : last
}

export const nameOf = (named: Named) => named.name.trim() || named.id

/** Not by locale: a plan must come out the same on every machine. */
export const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/** Verb forms: 1 waits, 2 wait. */
export const verb = (list: readonly unknown[], one: string, many: string) => (list.length === 1 ? one : many)
