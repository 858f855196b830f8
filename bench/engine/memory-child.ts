// A process of its own, so that what it holds at most is what the engine holds: opens a large store, ticks, reads at random.
// Arguments: the path, how many credentials, the first tick's number. Without a path: what Node alone holds.
import { existsSync, readFileSync } from 'node:fs'

const [path = '', count = '0', firstTick = '0'] = process.argv.slice(2)
const ticks = 20
const reads = 1_000

const told = path === '' ? { peakMb: peakMb() } : await work(Number(count))
console.log(JSON.stringify(told))

async function work(size: number) {
  const { openSqliteStore } = await import('@rekey/store')
  const { credentialId } = await import('./population.ts')
  const { ticking } = await import('./tick.ts')
  const store = await openSqliteStore(path)
  const openedMb = peakMb()
  const large = await ticking(store, size, Number(firstTick))
  for (let n = 0; n < ticks; n++) await large.next()
  const afterTicksMb = peakMb()
  // Strides by a prime are as scattered as a random choice, and the same in each run.
  for (let n = 0; n < reads; n++) {
    const row = await store.credential(credentialId((n * 7_368_787) % size))
    if (row === null) throw new Error('a credential is missing')
  }
  const endMb = process.memoryUsage.rss() / 1_000_000
  await store.close()
  return { ticks, reads, openedMb, afterTicksMb, endMb, peakMb: peakMb() }
}

/**
 * The high-water mark of this program. What getrusage says (maxRSS) is inherited through exec on Linux: a small child of
 * a large parent would be charged with its parent's peak.
 */
function peakMb(): number {
  const status = '/proc/self/status'
  const found = existsSync(status) ? /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(status, 'utf8')) : null
  const kib = found === null ? process.resourceUsage().maxRSS : Number(found[1])
  return (kib * 1_024) / 1_000_000
}
