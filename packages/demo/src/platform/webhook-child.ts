// The webhook intake: other systems send documents. It keeps its token in a cache for some seconds.
import { ask } from '../docstore/client.ts'
import { doneWith, fileTokens, tokensOf } from './tokens.ts'
import { worker } from './worker.ts'

const cacheMs = 4_000
const hookEveryMs = 500
/** What was put back is tried again so soon. */
const againMs = 150
const environment = process.env

const work = await worker({ who: 'webhook-intake', userAgent: 'webhook-intake/1.8', environment })
const tokens = tokensOf(work, environment, () => fileTokens(work, environment['DEMO_SECRET'] ?? '', cacheMs))
while (!work.isStopping()) {
  const outcome = await work.job(() =>
    tokens.use(async ({ token, signal }) => {
      await ask(work.docstore, 'POST /documents', token, signal)
      return doneWith(token)
    }),
  )
  await work.pause(outcome === 'put-back' ? againMs : hookEveryMs)
}
