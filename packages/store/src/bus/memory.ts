// The bus within one process: for the embedded store, and for the simulator, where it loses nothing and keeps one order.
import { type Bus, busClosed, checkTopic, fromPayload, toPayload } from './bus.ts'
import { Topics, throwLater } from './topics.ts'

export interface MemoryBusOptions {
  /** What a receiver has thrown. */
  onError?: (error: unknown) => void
}

export function memoryBus(options: MemoryBusOptions = {}): Bus {
  const topics = new Topics(options.onError ?? throwLater)
  let closed = false
  return {
    async publish(topic, message) {
      if (closed) throw busClosed()
      const sent = fromPayload(toPayload(topic, message))!
      // Never within the publisher's own call: with the other bus too it is over before anyone receives.
      queueMicrotask(() => topics.deliver(sent.topic, sent.message))
    },
    async subscribe(topic, receive, onGap = () => undefined) {
      if (closed) throw busClosed()
      checkTopic(topic)
      const remove = topics.add(topic, receive, onGap)
      return async () => remove()
    },
    async close() {
      closed = true
      topics.clear()
    },
  }
}
