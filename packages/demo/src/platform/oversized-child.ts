// The fallback for files that are too large for the usual way: written in a week-end, with the token in its image, and forgotten. It runs when a large
// file comes, and at no other time.
import { ask } from '../docstore/client.ts'
import { doneWith, fixedToken } from './tokens.ts'
import { worker } from './worker.ts'

const environment = process.env

const work = await worker({ who: 'oversized-fallback', userAgent: 'oversized-fallback/0.1', environment })
const tokens = fixedToken(work, environment['DOCSTORE_TOKEN'] ?? '')
const outcome = await work.job(() =>
  tokens.use(async ({ token }) => {
    await ask(work.docstore, 'POST /documents', token)
    return doneWith(token)
  }),
)
await work.stop(outcome === 'failed' ? 1 : 0)
