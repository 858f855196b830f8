// One after the other for each source: what a counter adds depends on what was said before. Whoever sends faster than it is
// taken is told to wait, rather than kept waiting with his bodies in our memory.
export interface Turns {
  /** null: too many wait already. */
  take<T>(of: string, work: () => Promise<T>): Promise<T | null>
}

export function turns(mostWaiting: number): Turns {
  const lines = new Map<string, { last: Promise<unknown>; waiting: number }>()
  return {
    async take(of, work) {
      const line = lines.get(of) ?? { last: Promise.resolve(), waiting: 0 }
      if (line.waiting >= mostWaiting) return null
      lines.set(of, line)
      line.waiting++
      const mine = line.last.then(work)
      line.last = mine.catch(() => undefined)
      try {
        return await mine
      } finally {
        line.waiting--
        if (line.waiting === 0) lines.delete(of)
      }
    },
  }
}
