// All providers of a control plane: those that come with it, and those of a folder of one's own, as vendor files and plugins.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { execProvider } from './exec/exec.ts'
import { readPlugin } from './exec/plugin.ts'
import { vendorsIn } from './http/vendors.ts'
import { allBuiltIn } from './kinds.ts'
import type { Provider } from './provider.ts'

export const pluginEnding = '.plugin.json'

/** A file that is not good is left out, and what is wrong with it is said; the others are there. */
export function providersWith(folder: string): { providers: Provider[]; faults: string[] } {
  const providers = allBuiltIn()
  if (!existsSync(folder)) return { providers, faults: [] }
  const vendors = vendorsIn(folder)
  const plugins = pluginsIn(folder)
  const faults = [...vendors.faults, ...plugins.faults]
  for (const one of [...vendors.providers, ...plugins.providers]) {
    if (providers.every(known => known.kind !== one.kind)) providers.push(one)
    else faults.push(`there is a provider of the kind ${one.kind} already: give this one another "kind"`)
  }
  return { providers, faults }
}

function pluginsIn(folder: string): { providers: Provider[]; faults: string[] } {
  const providers: Provider[] = []
  const faults: string[] = []
  const names = readdirSync(folder).filter(name => name.endsWith(pluginEnding))
  for (const name of names.toSorted()) {
    const read = readPlugin(join(folder, name))
    if (read.ok) providers.push(execProvider(read.plugin, read.folder))
    else faults.push(...read.faults)
  }
  return { providers, faults }
}
