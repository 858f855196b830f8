// A queue worker: it loads its token at its start and keeps it until somebody deploys it again. It knows nothing of Rekey; under `rekey run` it is
// somebody who deploys.
import { readFileSync } from 'node:fs'
import { ask } from '../docstore/client.ts'
import { doneWith, fixedToken } from './tokens.ts'
import { worker } from './worker.ts'

const jobEveryMs = 450
const environment = process.env

const work = await worker({ who: 'queue-workers', userAgent: 'queue-worker/4.1', environment })
const given = environment['DOCSTORE_TOKEN'] ?? readFileSync(environment['DEMO_SECRET'] ?? '', 'utf8').trim()
const tokens = fixedToken(work, given)
while (!work.isStopping()) {
  await work.job(() =>
    tokens.use(async ({ token }) => {
      await ask(work.docstore, 'POST /documents', token)
      return doneWith(token)
    }),
  )
  await work.pause(jobEveryMs)
}
