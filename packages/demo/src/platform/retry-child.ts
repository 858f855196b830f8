// The retry worker: large jobs are not ready at the first try, and are tried again later. A retry goes on in the context of the first try, so it
// comes back with the token of that time, long after everybody else has another one.
import { ask } from '../docstore/client.ts'
import { doneWith, fileTokens, tokensOf } from './tokens.ts'
import { worker } from './worker.ts'

/** The longest after which a job comes back with what it began with. */
const retryAfterMs = 11_000
const beginEveryMs = 900
const environment = process.env

const work = await worker({ who: 'retry-worker', userAgent: 'retry-worker/3.0', environment })
const tokens = tokensOf(work, environment, () => fileTokens(work, environment['DEMO_SECRET'] ?? '', 1_000))

interface Started {
  id: string
  context: object
}

/** null: there is no token just now, and nothing was begun. */
async function begun(): Promise<Started | null> {
  let started: Started | null = null
  await work.job(async () => {
    const context = await tokens.begun()
    return tokens.useFor(context, async ({ token, signal }) => {
      const { id } = await ask(work.docstore, 'POST /jobs', token, signal)
      started = { id: id ?? '', context }
      return doneWith(token)
    })
  })
  return started
}

async function goneOn({ id, context: first }: Started): Promise<void> {
  let context = first
  for (let isOver = false; !isOver && !work.isStopping(); ) {
    const outcome = await work.job(
      () =>
        tokens.useFor(context, async ({ token, signal }) => {
          await ask(work.docstore, `GET /jobs/${id}`, token, signal)
          return doneWith(token)
        }),
      'dead-letter',
    )
    isOver = outcome !== 'put-back'
    if (isOver) return
    // Back in the queue, stamped anew: it goes on with what is used now.
    await work.pause(200)
    context = await tokens.begun().catch(() => context)
  }
}

while (!work.isStopping()) {
  const started = await begun()
  if (started !== null) void work.pause(retryAfterMs).then(() => goneOn(started))
  await work.pause(beginEveryMs)
}
