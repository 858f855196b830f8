// The support replay tool: somebody runs it by hand, some times a year, with the token that was pasted into its configuration once.
import { readFileSync } from 'node:fs'
import { ask } from '../docstore/client.ts'
import { doneWith, fixedToken } from './tokens.ts'
import { worker } from './worker.ts'

const environment = process.env

const work = await worker({ who: 'support-replay', userAgent: 'support-replay/0.9', environment })
const { token: pasted } = JSON.parse(readFileSync(environment['DEMO_REPLAY'] ?? '', 'utf8')) as {
  token: string
}
const tokens = fixedToken(work, pasted)
const outcome = await work.job(() =>
  tokens.use(async ({ token }) => {
    await ask(work.docstore, 'POST /documents', token)
    return doneWith(token)
  }),
)
await work.stop(outcome === 'failed' ? 1 : 0)
