// The vendors that come with Rekey, and those of a folder of one's own. Files are read when they are asked for, not before.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Provider } from '../provider.ts'
import { httpProvider } from './http.ts'
import { readVendor } from './vendor-faults.ts'
import type { Vendor } from './vendor-file.ts'

export const vendorEnding = '.vendor.json'

export function builtInVendors(): Provider[] {
  const { providers, faults } = vendorsIn(join(import.meta.dirname, '../../vendors'), '.json')
  if (faults.length > 0)
    throw new Error(`a vendor file that comes with Rekey is not good: ${faults.join('; ')}`)
  return providers
}

/** A file that is not good is left out, and said what is wrong with it; the others are there. */
export function vendorsIn(
  folder: string,
  ending = vendorEnding,
): { providers: Provider[]; faults: string[] } {
  const providers: Provider[] = []
  const faults: string[] = []
  for (const name of readdirSync(folder)
    .filter(one => one.endsWith(ending))
    .toSorted()) {
    const read = readVendorFile(join(folder, name))
    if ('faults' in read) faults.push(...read.faults.map(text => `${name}: ${text}`))
    else if (providers.some(one => one.kind === read.vendor.kind)) {
      faults.push(`${name}: there is another file of the kind ${read.vendor.kind}`)
    } else providers.push(httpProvider(read.vendor))
  }
  return { providers, faults }
}

export function readVendorFile(path: string): { vendor: Vendor } | { faults: string[] } {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    const why = error instanceof SyntaxError ? `is not JSON: ${error.message}` : 'cannot be read'
    return { faults: [`the file ${why}`] }
  }
  return readVendor(json)
}
