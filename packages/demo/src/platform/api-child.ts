// The intake API: people upload documents, and each upload is one call of Docstore. It reads its token from the secret store again every now and
// then, which is why everybody believes that rotations are easy.
import { createServer } from 'node:http'
import { ask } from '../docstore/client.ts'
import { doneWith, fileTokens, tokensOf } from './tokens.ts'
import { worker } from './worker.ts'

const rereadMs = 3_000
const visitEveryMs = 350
/** What was put back is tried again so soon. */
const againMs = 150
const environment = process.env

const server = createServer((request, answer) => {
  // What most health checks say: the process is there. It says nothing of the token.
  if (request.url === '/healthz') return answer.writeHead(200).end('ok')
  answer.writeHead(404).end()
})
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as { port: number }
const work = await worker({ who: 'intake-api', userAgent: 'intake-api/2.3', environment, port })
const tokens = tokensOf(work, environment, () => fileTokens(work, environment['DEMO_SECRET'] ?? '', rereadMs))
while (!work.isStopping()) {
  const outcome = await work.job(() =>
    tokens.use(async ({ token, signal }) => {
      await ask(work.docstore, 'POST /documents', token, signal)
      return doneWith(token)
    }),
  )
  await work.pause(outcome === 'put-back' ? againMs : visitEveryMs)
}
