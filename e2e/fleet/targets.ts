// Where the fleet works: real servers, each with a credential that somebody made by hand.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bed, type Plot, tried } from '@rekey/conformance'
import type { TargetName } from './consumers.ts'

export interface Target {
  name: TargetName
  plot: Plot
  provider: string
  settings: Record<string, unknown>
  place: { host: string; port: number; within: string }
}

export interface Targets {
  all: ReadonlyMap<TargetName, Target>
  close(): Promise<void>
}

/** The admin secrets go where the control plane looks for them. */
export async function openTargets(names: readonly TargetName[], adminFolder: string): Promise<Targets> {
  mkdirSync(adminFolder, { recursive: true, mode: 0o700 })
  const beds: Bed[] = []
  const all = new Map<TargetName, Target>()
  const close = async () => {
    for (const bed of beds) await bed.close()
  }
  try {
    for (const name of names) {
      const bed = await (await tried(name)).openBed()
      if ('missing' in bed) throw new Error(`${name} is not here: ${bed.missing}`)
      beds.push(bed)
      const plot = await bed.plot(`fl${process.pid % 10_000}`)
      if (plot.work === undefined) throw new Error(`nobody can work at ${name}`)
      const renamed: Record<string, string> = {}
      for (const [secret, value] of Object.entries(plot.admin)) {
        renamed[secret] = `${name}-${secret}`
        writeFileSync(join(adminFolder, `${name}-${secret}`), value, { mode: 0o600 })
      }
      const settings = Object.fromEntries(
        Object.entries(plot.settings()).map(([key, value]) => [
          key,
          typeof value === 'string' ? (renamed[value] ?? value) : value,
        ]),
      )
      all.set(name, { name, plot, provider: bed.provider.kind, settings, place: plot.work })
    }
    return { all, close }
  } catch (error) {
    await close()
    throw error
  }
}
