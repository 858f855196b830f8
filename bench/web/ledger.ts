// The ledger of 500 consumers: scrolled, searched, sorted and filtered.
import type { Person } from '@rekey/demo'
import type { Visit } from '../../e2e/web/browser.ts'
import { demand, type Figure, lower } from '../engine/figure.ts'
import { type Pauses, pausesDuring, scroll } from './pauses.ts'

const limitMs = 100

export const measureLedger = {
  /** A rotation that is under way, and stands before its first wave: every consumer has a row. */
  async prepare(person: Person, count: number): Promise<string> {
    const owner = { id: 'team', name: 'Platform team' }
    await person.ask('POST', '/credentials', {
      id: 'shared-token',
      credential: {
        name: 'Shared token',
        kind: 'http-api',
        provider: 'manual',
        settings: { console: 'its admin page', prefix: 'st', canDisable: true },
        target: 'documents',
        environment: 'production',
        owner,
        policy: { approvals: 1 },
      },
      consumers: Array.from({ length: count }, (_, at) => ({
        id: `consumer-${at}`,
        name: `${['Web server', 'Queue worker', 'Nightly job', 'Replay tool'][at % 4]} ${at}`,
        owner,
        behaviour: ['web-request', 'background-job', 'scheduled-task', 'replay-script'][at % 4],
        pathClass: ['primary', 'background', 'background', 'exception'][at % 4],
        reload: { how: 'every-use' },
        observability: 'attested',
      })),
      existing: { handle: 'token-1', value: 'what-it-was-until-today' },
    })
    const { id } = await person.ask<{ id: string }>('POST', '/credentials/shared-token/rotations', {
      reason: 'to look at it',
    })
    return id
  },

  async run({ page }: Visit, address: string, rotation: string, count: number): Promise<Figure[]> {
    await page.goto(`${address}/#/rotations/${rotation}`)
    const frame = page.getByRole('region', { name: 'The adoption ledger' })
    await frame.waitFor()
    await page.getByText(String(count), { exact: true }).first().waitFor()
    const selector = '[aria-label="The adoption ledger"]'
    const scrolled = await pausesDuring(page, () => scroll(page, selector, 120, 400))
    const searched = await pausesDuring(page, async () => {
      const search = page.getByRole('searchbox', { name: 'Search in The adoption ledger' })
      await search.pressSequentially(`worker ${Math.floor(count / 2) + 1}`, { delay: 40 })
      await page.getByText(`of ${count}`).waitFor()
      await search.fill('')
    })
    const sorted = await pausesDuring(page, async () => {
      await page.getByRole('button', { name: 'Consumer', exact: false }).first().click()
      await page.getByRole('button', { name: /^unknown/ }).click()
      await page.getByRole('button', { name: /^all/ }).click()
    })
    demand(scrolled.frames > 20, 'nothing was drawn while it scrolled')
    return [one('ledger.scroll', scrolled), one('ledger.search', searched), one('ledger.sort', sorted)]
  },
}

export const one = (name: string, pauses: Pauses) =>
  lower(name, pauses.longestTaskMs, 'ms', limitMs, { ...pauses })
