// What could not run is said aloud and written down, so that a run without a server is never taken for a full one.
import { appendFileSync } from 'node:fs'

export function notRun(line: string): void {
  console.error(`DID NOT RUN  ${line}`)
  const file = process.env['REKEY_NOT_RUN_FILE']
  if (file !== undefined) appendFileSync(file, `${line}\n`)
}
