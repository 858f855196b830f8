// How long to wait before the next try: twice as long each time, up to a limit, and never at the same moment as everybody else.

export function backoffMs(failures: number, firstMs: number, mostMs: number): number {
  const fullMs = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30))
  return fullMs * (0.5 + Math.random() / 2)
}
