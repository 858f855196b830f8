// The AI summariser: when Docstore does not answer it, it writes a cheaper summary and says nothing. No error anywhere; only worse summaries.
import { ask } from '../docstore/client.ts'
import { doneWith, fixedToken, tokensOf } from './tokens.ts'
import { worker } from './worker.ts'

const summaryEveryMs = 800
/** What was put back is tried again so soon. */
const againMs = 150
const environment = process.env

const work = await worker({ who: 'summariser', userAgent: 'summariser/0.4', environment })
const tokens = tokensOf(work, environment, () => fixedToken(work, environment['DOCSTORE_TOKEN'] ?? ''))
let fallsBack = true
work.onOrder('fallback-off', () => {
  fallsBack = false
  tokens.fallbackIsOff()
})
while (!work.isStopping()) {
  const outcome = await work.job(() =>
    tokens.use(async ({ token, signal, degraded }) => {
      try {
        await ask(work.docstore, 'POST /summaries', token, signal)
        return doneWith(token)
      } catch (error) {
        // One that was stopped by a kill is no worse summary: it is written later.
        if (!fallsBack || signal?.aborted === true) throw error
        degraded()
        return doneWith(token, 'degraded')
      }
    }),
  )
  await work.pause(outcome === 'put-back' ? againMs : summaryEveryMs)
}
