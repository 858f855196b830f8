/** So long, or until it is told to stop. */
export function pause(ms: number, stopping: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    // It may have been told to stop before: then the signal has sounded already.
    if (stopping.aborted) return resolve()
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      stopping.removeEventListener('abort', done)
      resolve()
    }
    stopping.addEventListener('abort', done, { once: true })
  })
}
