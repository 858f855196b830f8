// npm run vendor -- FILE
// Checks a vendor file before it is used: its faults in words, or what a rotation can count on with it.
import { httpProvider } from './http.ts'
import { settingsOf } from './vendor-faults.ts'
import type { Vendor } from './vendor-file.ts'
import { readVendorFile } from './vendors.ts'

const usage = `usage: npm run vendor -- FILE

  FILE  a vendor file, such as acme-notes.vendor.json

Exit code 1: the file is not good, and every fault is printed.
`

function main(argv: readonly string[]): number {
  const [file] = argv
  if (file === undefined || file.startsWith('-')) {
    process.stderr.write(usage)
    return file === '--help' ? 0 : 2
  }
  const read = readVendorFile(file)
  if ('faults' in read) {
    for (const fault of read.faults) console.log(fault)
    return 1
  }
  const { vendor } = read
  const { abilities } = httpProvider(vendor)
  const rows: [string, string][] = [
    ['kind', vendor.kind],
    ['title', vendor.title],
    ['proved against', vendor.provedAgainst === 'contract' ? 'the contract, not the vendor' : 'the vendor'],
    ['settings', Object.keys(settingsOf(vendor).properties).join(', ')],
    ['the value is made by', abilities.secretFrom === 'us' ? 'Rekey' : 'the vendor'],
    ['valid at once', String(abilities.maxLive)],
    ['can be disabled', yes(abilities.canDisable)],
    ['tells who uses it', tellsOfUse(vendor)],
    [
      'the probe',
      vendor.verbs.probe.how === 'listed' ? 'looks the key up: weaker than a use' : 'uses the value',
    ],
    ['done by a person', abilities.byHand.join(', ') || 'nothing'],
  ]
  const widest = Math.max(...rows.map(([name]) => name.length))
  for (const [name, value] of rows) console.log(`${name.padEnd(widest)}  ${value}`)
  return 0
}

function tellsOfUse({ verbs: { usage } }: Vendor): string {
  if (usage === undefined) return 'no'
  return usage.callers === undefined ? 'when it was last used, not who' : 'when each caller used it last'
}

const yes = (is: boolean) => (is ? 'yes' : 'no')

process.exitCode = main(process.argv.slice(2))
