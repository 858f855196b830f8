// What is said for a moment, in a corner, and to whoever listens instead of looking.
export interface Said {
  id: number
  text: string
  tone: 'good' | 'bad' | 'warn'
}
let said: readonly Said[] = []
let lastId = 0
const listeners = new Set<() => void>()
const shownMs = 8_000

function become(next: readonly Said[]): void {
  said = next
  for (const listener of listeners) listener()
}

/** For a moment, in a corner, and to whoever listens instead of looking. */
export function say(text: string, tone: Said['tone'] = 'good'): void {
  const id = ++lastId
  become([...said.slice(-2), { id, text, tone }])
  setTimeout(() => become(said.filter(one => one.id !== id)), shownMs)
}

export const saidNow = () => said
export function watchSaid(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
export const putAway = (id: number) => become(said.filter(one => one.id !== id))
