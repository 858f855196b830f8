// One rotation from its beginning to its end, through as many processes as are killed on the way, and what must be so in the end.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bed, Plot } from '../bed.ts'
import { proxy, type Standing } from '../proxy.ts'
import { processesUnder, shownIn } from './leaks.ts'
import { type Boundary, Mortal } from './mortal.ts'
import { personOf, prepare } from './prepare.ts'
import { type Account, rotate, type Task } from './rotate.ts'

export interface Life {
  /** What each process passed, one list a process. */
  passed: Boundary[][]
  /** How many of the deaths came. */
  deaths: number
  end: string
  orphans: string[]
  leaks: string[]
  faults: string[]
}

let plots = 0

/**
 * Each death ends one process, and the next goes on; when all have come, the rest is done in this process. `like` is a life that
 * nobody disturbed: null where this is one of those that show what there is, which is carried to its end by a process as well.
 */
export async function life(
  bed: Bed,
  name: string,
  deaths: readonly Boundary[],
  like: Life | null,
): Promise<Life> {
  const plot = await bed.plot(`rk${process.pid % 10_000}x${++plots}`)
  const folder = mkdtempSync(join(tmpdir(), 'rekey-trial-'))
  const one: Life = { passed: [], deaths: 0, end: 'failed', orphans: [], leaks: [], faults: [] }
  const known = [plot.existing.value, ...Object.values(plot.admin)]
  const standing: Standing[] = []
  let mortal: Mortal | null = null
  try {
    for (const address of plot.addresses) {
      // What a killed process left on its way is not passed on; what its successor says is.
      standing.push(await proxy(address, where => (mortal?.passes(where) === false ? 'drop' : 'pass')))
    }
    const addresses = standing.map(proxied => proxied.address)
    const task = prepare(plot, addresses, folder)
    const look = (pid: number) =>
      void one.leaks.push(...shownIn(processesUnder(pid), known, 'the process list'))
    for (const dies of like === null ? [...deaths, null] : deaths) {
      mortal = new Mortal(dies, like === null ? look : undefined)
      const { told, output, wasKilled } = await mortal.live({ kind: name, task }, plot)
      one.passed.push(mortal.passed)
      mortal = null
      one.leaks.push(...shownIn(output, known, 'the output'))
      if (told !== null && 'failed' in told) one.faults.push(told.failed)
      else if (told === null && !wasKilled)
        one.faults.push(`it ended without a word: ${output.slice(0, 500)}`)
      if (!wasKilled) break
      one.deaths++
    }
    await judge(bed, plot, task, one, like)
  } catch (error) {
    one.faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
  } finally {
    for (const proxied of standing) await proxied.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return one
}

async function judge(bed: Bed, plot: Plot, task: Task, one: Life, like: Life | null): Promise<void> {
  const { provider } = bed
  const account = await rotate(task, provider, (_verb, call) => call(), personOf(plot))
  one.orphans = await unowned(plot, account, one.faults)
  const { existing, admin } = plot
  const { value } = account
  const values = [existing.value, ...Object.values(admin), ...(value === null ? [] : [value.reveal()])]
  one.leaks.push(...shownIn(account.events, values, 'the events'))
  for (const file of readdirSync(task.folder).filter(found => found.startsWith('rekey.db'))) {
    const text = readFileSync(join(task.folder, file), 'latin1')
    one.leaks.push(...shownIn(text, values, `the store’s file ${file}`))
  }
  if (like === null) {
    one.leaks.push(...shownIn((await bed.written()) ?? '', values, 'what the target wrote down'))
  }
  one.end = `${account.ended}: ${account.versions.join(', ')}`
  const isSame = like === null || one.end === like.end
  // Where the target makes the value, one that was made and not heard of is void, and its number is not used again.
  if (!isSame && provider.abilities.secretFrom === 'us') one.faults.push(`it ended ${one.end}`)
  one.faults.push(...one.leaks, ...one.orphans.map(found => `an orphan is left: ${found}`))
}

/** What must be so in the end, however it came about; answers what is at the target and belongs to no version in use. */
async function unowned(plot: Plot, account: Account, faults: string[]): Promise<string[]> {
  const { ended, stuck, versions, value, handle } = account
  if (ended !== 'completed') faults.push(`it is ${ended}${stuck === null ? '' : `: ${stuck}`}`)
  const active = versions.filter(version => version.endsWith(' active'))
  if (active.length !== 1) faults.push(`${active.length} versions are in use`)
  if (value === null || handle === null) faults.push('the value in use is lost')
  else if (!(await plot.accepts(handle, value.reveal()))) faults.push('the target refuses the value in use')
  const { existing } = plot
  if (handle !== existing.handle && (await plot.accepts(existing.handle, existing.value))) {
    faults.push('the target still accepts the old value')
  }
  return (await plot.present()).filter(one => one !== handle)
}
