// What every process of the fleet has in common: it works without pause, counts what fails, says so each second, and ends when
// it is told to.
import { connect, type Rekey } from '@rekey/sdk'

export interface Told {
  done: number
  failed: number
  why: string | null
  versions: Record<string, number>
}

export interface Worker {
  rekey: Rekey
  place: { host: string; port: number; within: string }
  credential: string
  isStopping(): boolean
  /** One piece of work: what it throws is a failed job. */
  job(act: () => Promise<number | null>): Promise<void>
  pause(ms: number): Promise<void>
  onStop(end: () => Promise<void>): void
}

export function worker(): Worker {
  const told: Told = { done: 0, failed: 0, why: null, versions: {} }
  const rekey = connect()
  const place = JSON.parse(process.env['FLEET_PLACE'] ?? '{}') as Worker['place']
  let stopping = false
  const ends: (() => Promise<void>)[] = []
  const tell = () => process.stdout.write(`${JSON.stringify(told)}\n`)
  const timer = setInterval(tell, 250)
  const stop = async () => {
    if (stopping) return
    stopping = true
    await new Promise(resolve => setTimeout(resolve, 50))
    for (const end of ends) await end().catch(() => undefined)
    await rekey.close().catch(() => undefined)
    clearInterval(timer)
    tell()
    process.exit(0)
  }
  process.once('SIGTERM', () => void stop())
  process.once('disconnect', () => void stop())
  return {
    rekey,
    place,
    credential: process.env['FLEET_CREDENTIAL'] ?? '',
    isStopping: () => stopping,
    async job(act) {
      try {
        const version = await act()
        told.done++
        if (version !== null) told.versions[version] = (told.versions[version] ?? 0) + 1
      } catch (error) {
        if (stopping) return
        told.failed++
        const { name, code, message } = error as { name?: string; code?: string; message?: string }
        told.why ??= `${name ?? 'error'} ${code ?? ''} ${message ?? ''}`.slice(0, 300)
      }
    },
    pause: ms => new Promise(resolve => setTimeout(resolve, ms)),
    onStop: end => void ends.push(end),
  }
}
