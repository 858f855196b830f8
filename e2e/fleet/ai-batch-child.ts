// The AI batch worker: one session that lasts for days. It stops at a checkpoint when the version changes, and goes on from there.
import { createClient } from '@redis/client'
import { worker } from './worker.ts'

const { rekey, place, credential, isStopping, job, pause, onStop } = worker()
const { host, port, within } = place
let step = 0
let isResting = false

async function opened({ handle, value }: { handle: string | null; value: string }) {
  const client = createClient({
    socket: { host, port },
    username: handle ?? '',
    password: value,
    name: 'ai-batch',
  })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

const session = await rekey.credential(credential).session({
  name: 'nightly',
  noticeMs: 1_000,
  checkpoint: () => {
    isResting = true
    return { step }
  },
  resume: async (context, state) => {
    const before = connection
    connection = await opened(context)
    step = state.step
    await before.close()
    isResting = false
  },
})
let connection = await opened(session.context)
onStop(() => session.end())
onStop(() => connection.close())

while (!isStopping()) {
  if (!isResting) {
    await job(() =>
      session.use(async ({ version }) => {
        await connection.set(`${within}batch`, String(++step))
        return version
      }),
    )
  }
  await pause(20)
}
