// Who listens to what. Both buses deliver through it.
import type { Receive } from './bus.ts'

interface Subscriber {
  receive: Receive
  onGap: () => void
}

export class Topics {
  readonly #byTopic = new Map<string, Set<Subscriber>>()
  readonly #onError: (error: unknown) => void

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  add(topic: string, receive: Receive, onGap: () => void): () => void {
    const subscriber: Subscriber = { receive, onGap }
    const subscribers = this.#byTopic.get(topic) ?? new Set()
    this.#byTopic.set(topic, subscribers.add(subscriber))
    return () => {
      subscribers.delete(subscriber)
      if (subscribers.size === 0 && this.#byTopic.get(topic) === subscribers) this.#byTopic.delete(topic)
    }
  }

  deliver(topic: string, message: string): void {
    this.#eachOf(this.#byTopic.get(topic), subscriber => subscriber.receive(message))
  }

  tellOfGap(): void {
    for (const subscribers of [...this.#byTopic.values()]) {
      this.#eachOf(subscribers, subscriber => subscriber.onGap())
    }
  }

  clear(): void {
    for (const subscribers of this.#byTopic.values()) subscribers.clear()
    this.#byTopic.clear()
  }

  /** One that throws keeps nothing from the others; one that stops another in passing is obeyed at once. */
  #eachOf(subscribers: ReadonlySet<Subscriber> | undefined, tell: (subscriber: Subscriber) => void): void {
    if (subscribers === undefined) return
    for (const subscriber of [...subscribers]) {
      if (!subscribers.has(subscriber)) continue
      try {
        tell(subscriber)
      } catch (error) {
        this.#onError(error)
      }
    }
  }
}

/** Without anybody to tell, a receiver that throws is a bug that must not pass unseen. */
export const throwLater = (error: unknown): void => {
  queueMicrotask(() => {
    throw error
  })
}
