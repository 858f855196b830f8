// A worker of a queue: what it publishes comes back to it, each job is acknowledged when it is done, and none may be lost. A retry
// worker puts a job back once before it does it.
import { amqpConnection } from '@rekey/sdk/pools/amqp'
import amqplib from 'amqplib'
import { worker } from './worker.ts'

const waitMs = 8_000

export async function workOn(name: string, retries: boolean): Promise<void> {
  const { rekey, place, credential, isStopping, job, pause, onStop } = worker()
  const queue = `app.${name}-jobs`
  const waiting = new Map<string, () => void>()
  const again = new Set<string>()
  const connection = amqpConnection(rekey.credential(credential), amqplib, {
    hostname: place.host,
    port: place.port,
    vhost: place.within,
    drainMs: 2_000,
    async setup(channel: amqplib.Channel) {
      await channel.assertQueue(queue, { durable: false })
      await channel.prefetch(10)
      await channel.consume(queue, message => {
        if (message === null) return
        const id = message.content.toString()
        if (retries && !again.has(id)) {
          again.add(id)
          channel.nack(message, false, true)
          return
        }
        again.delete(id)
        channel.ack(message)
        waiting.get(id)?.()
      })
    },
  })
  await connection.start()
  onStop(() => connection.close())
  let at = 0
  while (!isStopping()) {
    await job(async () => {
      const id = `${process.pid}-${++at}`
      const done = new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('a job did not come back')), waitMs)
        waiting.set(id, () => {
          clearTimeout(timer)
          resolve()
        })
      })
      await connection.sendToQueue(queue, Buffer.from(id))
      await done
      waiting.delete(id)
      return null
    })
    await pause(10)
  }
}
