// What a process of the kill says of its work, in one line now and then: under which login it first and last worked, and when it failed.
// Times are of the wall clock, which is the same for all of them.
export interface Seen {
  done: number
  logins: Record<string, { firstMs: number; lastMs: number; times: number }>
  failures: { atMs: number; code: string }[]
}

const mostFailures = 20_000

export function teller() {
  const seen: Seen = { done: 0, logins: {}, failures: [] }
  const now = () => performance.timeOrigin + performance.now()
  const tell = () => process.stdout.write(`${JSON.stringify({ seen })}\n`)
  setInterval(tell, 250).unref()
  return {
    tell,
    worked(login: string) {
      const atMs = now()
      seen.done++
      const known = seen.logins[login]
      if (known === undefined) seen.logins[login] = { firstMs: atMs, lastMs: atMs, times: 1 }
      else {
        known.lastMs = atMs
        known.times++
      }
    },
    failed(error: unknown) {
      const { code, name } = error as { code?: string; name?: string }
      if (seen.failures.length < mostFailures)
        seen.failures.push({ atMs: now(), code: `${code ?? name ?? 'error'}` })
    },
  }
}
