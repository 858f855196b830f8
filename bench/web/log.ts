// A log of 1,000,000 events: scrolled, jumped through and searched on the page of the audit.

import type { ControlPlane } from '@rekey/demo'
import { openSqliteStore } from '@rekey/store'
import type { Visit } from '../../e2e/web/browser.ts'
import { demand, type Figure } from '../engine/figure.ts'
import { one } from './ledger.ts'
import { pausesDuring, scroll } from './pauses.ts'

const batch = 2_000

/** Written through the store, as the control plane writes them, while it is stopped. */
export async function fillLog(path: string, count: number): Promise<void> {
  const store = await openSqliteStore(path)
  const day = 86_400_000
  const beganMs = Date.now() - 300 * day
  try {
    for (let at = 0; at < count; at += batch) {
      const many = Math.min(batch, count - at)
      const events = Array.from({ length: many }, (_, index) =>
        event(at + index, beganMs + ((at + index) / count) * 299 * day),
      )
      const committed = await store.commit({
        fence: null,
        appends: [{ stream: 'reveal/shared-token', expected: at, events }],
        writes: [],
      })
      demand(committed.ok, 'the log was not filled')
    }
  } finally {
    await store.close()
  }
}

function event(at: number, atMs: number) {
  const by = `person:${['alice', 'bob', 'carol', 'dora'][at % 4]}`
  const data = {
    type: 'valueRevealed',
    credential: 'shared-token',
    version: 1,
    reason: `ticket ${at}`,
    atMs: Math.round(atMs),
    by: { kind: 'person', id: by.slice(7) },
  }
  return { type: 'valueRevealed', atMs: Math.round(atMs), by, data }
}

const sealWithinMs = 180_000

export const measureLog = {
  /** It seals what it finds at its start, which in earnest was done as it came. */
  async sealed({ address }: ControlPlane): Promise<void> {
    const untilMs = Date.now() + sealWithinMs
    let last = -1
    while (Date.now() < untilMs) {
      const { size } = (await (await fetch(`${address}/api/v1/log/checkpoint`)).json()) as { size: number }
      if (size > 0 && size === last) return
      last = size
      await new Promise(resolve => setTimeout(resolve, 2_000))
    }
    throw new Error('the log was not sealed in time')
  },

  async run({ page }: Visit, address: string): Promise<Figure[]> {
    await page.goto(`${address}/#/audit`)
    const list = page.getByRole('region', { name: 'Events' })
    await list.waitFor()
    const selector = '[aria-label="Events"]'
    await page.waitForTimeout(1_000)
    const scrolled = await pausesDuring(page, () => scroll(page, selector, 160, 1_200))
    const jumped = await pausesDuring(page, async () => {
      for (const share of [0.5, 0.9, 0.1, 0.99, 0]) {
        await list.evaluate((node, to) => {
          node.scrollTop = (node.scrollHeight - node.clientHeight) * to
        }, share)
        await page.waitForTimeout(250)
      }
    })
    const searched = await pausesDuring(page, async () => {
      await page.getByRole('searchbox').first().pressSequentially('ticket 99', { delay: 40 })
      await page.waitForTimeout(4_000)
    })
    demand(scrolled.frames > 20, 'nothing was drawn while it scrolled')
    return [one('log.scroll', scrolled), one('log.jump', jumped), one('log.search', searched)]
  },
}
