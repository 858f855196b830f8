// The webhook handler: what comes in is put onto a list in Redis, over one connection that is replaced in place.

import { createClient } from '@redis/client'
import { redisClient } from '@rekey/sdk/pools/redis'
import { worker } from './worker.ts'

const { rekey, place, credential, isStopping, job, pause, onStop } = worker()
const { host, port, within } = place
const client = redisClient(rekey.credential(credential), createClient, {
  socket: { host, port },
  drainMs: 2_000,
})
await client.connect()
onStop(() => client.close())
let at = 0
while (!isStopping()) {
  await job(async () => {
    await client.set(`${within}hook`, String(++at))
    const seen = await client.get(`${within}hook`)
    if (seen === null) throw new Error('what was written is not there')
    return null
  })
  await pause(10)
}
