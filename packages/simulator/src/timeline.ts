// The world's time. Nothing waits for a real clock: time goes from one alarm to the next, and at each the program is let
// run until it waits again.

export interface Timeline {
  nowMs(): number
  /** Calls back once that instant is reached. */
  at(atMs: number, call: () => void): void
  /** A promise that is kept after that long. */
  after(ms: number): Promise<void>
  /** A signal that is aborted after that long. */
  within(ms: number): AbortSignal
  /** Goes to that instant, stopping at each alarm on the way. */
  goTo(atMs: number): Promise<void>
  /** Lets everything run that does not wait for time. */
  settle(): Promise<void>
}

/** One reason for all: to make one for each is most of what an abort costs. */
const timeIsOver = new Error('the time is over')

interface Alarm {
  atMs: number
  call: () => void
}

export function timelineFrom(startMs: number): Timeline {
  let nowMs = startMs
  /** In the order of their instants; those of the same instant in the order in which they were set. */
  const alarms: Alarm[] = []
  // Promises are settled in microtasks only (the store is synchronous, the target lives in memory): once the event loop
  // turns, all of them have run.
  const settle = () => new Promise<void>(resolve => setImmediate(resolve))
  const at = (atMs: number, call: () => void) => {
    let place = alarms.length
    while (place > 0 && alarms[place - 1]!.atMs > atMs) place--
    alarms.splice(place, 0, { atMs, call })
  }
  return {
    nowMs: () => nowMs,
    at,
    after: ms => new Promise(resolve => at(nowMs + ms, resolve)),
    within(ms) {
      const controller = new AbortController()
      at(nowMs + ms, () => controller.abort(timeIsOver))
      return controller.signal
    },
    async goTo(atMs) {
      while (alarms.length > 0 && alarms[0]!.atMs <= atMs) {
        nowMs = Math.max(nowMs, alarms[0]!.atMs)
        while (alarms.length > 0 && alarms[0]!.atMs <= nowMs) alarms.shift()!.call()
        await settle()
      }
      nowMs = Math.max(nowMs, atMs)
    },
    settle,
  }
}
