// The story of the demo from its beginning to its end, without a pause, and what it measured.
// npm run e2e:story -- [--json]
// Exit code 1: fewer than three consumers broke in the usual way, a job failed with Rekey, or anything was not shown.

import { parseArgs } from 'node:util'
import { Conductor, Stage } from '@rekey/demo'

const { values: asked } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const stage = new Stage()
if (!asked.json) stage.watch({ said: ({ text }) => console.log(text), changed: () => undefined })
const conductor = new Conductor(stage, { beatMs: 0, stays: false })
let failure: Error | null = null
try {
  await conductor.play()
} catch (error) {
  failure = error as Error
} finally {
  await conductor.close()
}
const { figures } = conductor
const missing = failure === null ? figures.missing : [failure.message, ...figures.missing]
console.log(JSON.stringify({ ...figures, ok: missing.length === 0, missing }, null, 2))
process.exit(missing.length === 0 ? 0 : 1)
