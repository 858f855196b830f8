// The nightly reconciliation: each run is a process of its own, with the environment that was written down when it was installed.
import { ask } from '../docstore/client.ts'
import { doneWith, fixedToken } from './tokens.ts'
import { worker } from './worker.ts'

const documents = 3
const environment = process.env

const work = await worker({ who: 'reconciliation', userAgent: 'reconciliation/1.0', environment })
const tokens = fixedToken(work, environment['DOCSTORE_TOKEN'] ?? '')
let failed = 0
for (let at = 0; at < documents && !work.isStopping(); at++) {
  const outcome = await work.job(() =>
    tokens.use(async ({ token }) => {
      await ask(work.docstore, 'POST /documents', token)
      return doneWith(token)
    }),
  )
  if (outcome === 'failed') failed++
}
await work.stop(failed > 0 ? 1 : 0)
