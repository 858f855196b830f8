// How long the browser's main thread was held up while something is done: the longest task, as the browser itself counts them (from
// 50 ms on), and the longest gap between two frames, which on a busy machine is also the machine's.
import type { Page } from 'playwright-core'

export interface Pauses {
  longestTaskMs: number
  longestGapMs: number
  frames: number
}

export async function pausesDuring(page: Page, what: () => Promise<void>): Promise<Pauses> {
  await page.evaluate(`(() => {
    const seen = { tasks: [], gap: 0, frames: 0, on: true }
    window.pauses = seen
    seen.observer = new PerformanceObserver(list => { for (const one of list.getEntries()) seen.tasks.push(one.duration) })
    seen.observer.observe({ type: 'longtask' })
    let last = performance.now()
    const frame = () => {
      const now = performance.now()
      seen.gap = Math.max(seen.gap, now - last)
      seen.frames++
      last = now
      if (seen.on) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })()`)
  await what()
  // What was begun by the last of it still counts.
  await page.waitForTimeout(300)
  return (await page.evaluate(`(() => {
    const seen = window.pauses
    seen.on = false
    for (const one of seen.observer.takeRecords()) seen.tasks.push(one.duration)
    seen.observer.disconnect()
    return { longestTaskMs: Math.max(0, ...seen.tasks), longestGapMs: seen.gap, frames: seen.frames }
  })()`)) as Pauses
}

/** As a hand at a wheel: many small turns, down and up again. */
export async function scroll(page: Page, selector: string, turns: number, by: number): Promise<void> {
  await page.locator(selector).first().hover()
  for (let at = 0; at < turns; at++) {
    await page.mouse.wheel(0, at < turns / 2 ? by : -by)
    await page.waitForTimeout(16)
  }
}
