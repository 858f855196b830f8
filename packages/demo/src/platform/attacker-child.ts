// Whoever found the token in a public place: it really uses it, as fast as it may, until it is refused.
import { readFileSync } from 'node:fs'
import { ask } from '../docstore/client.ts'
import { doneWith, fixedToken } from './tokens.ts'
import { worker } from './worker.ts'

const everyMs = 25
const environment = process.env

const work = await worker({ who: 'attacker', userAgent: 'python-requests/2.32', environment })
const found = /docs_k[0-9a-f]{8}_[A-Za-z0-9_-]{32}/.exec(
  readFileSync(environment['DEMO_PASTE'] ?? '', 'utf8'),
)
const tokens = fixedToken(work, found?.[0] ?? '')
while (!work.isStopping()) {
  await work.job(() =>
    tokens.use(async ({ token }) => {
      await ask(work.docstore, 'POST /documents', token)
      return doneWith(token)
    }),
  )
  await work.pause(everyMs)
}
