// What the chapters of the browser's story share: where it is, who it is, and how it looks around.
import type { Locator, Page } from 'playwright-core'
import type { Browser, Look } from './browser.ts'
import { lookAt } from './browser.ts'
import type { World } from './world.ts'

export interface Story {
  browser: Browser
  page: Page
  world: World
  address: string
  /** Pictures go here. */
  folder: string
  looks: Look[]
  /** What was shown, by chapter: the run fails when one is not. */
  shown: Record<string, boolean | number | string>
  say(text: string): void
  /** What happens is shown, and how it looks is not looked at. */
  isQuick: boolean
  /** Where those go that the docs show, by the name of the look; null: they stay as they are. */
  pictures: Readonly<Record<string, string>> | null
}

export const person = { id: 'alice', name: 'Alice Martin', password: 'three quiet otters swim' }
export const credential = { id: 'intake-db', name: 'Intake database' }

/** A page in both sizes and schemes, with what axe has against it. */
export async function look(story: Story, name: string): Promise<void> {
  const { folder, isQuick, looks, page, pictures } = story
  if (!isQuick) looks.push(...(await lookAt(page, name, folder)))
  const path = pictures?.[name]
  if (path === undefined) return
  // The docs show what stands on a screen, and not the whole of a long page.
  await page.locator('.map-frame').evaluateAll(([map]) => map?.scrollIntoView({ block: 'center' }))
  // Nor what was said a moment ago.
  for (const said of await page.getByRole('button', { name: 'Put it away' }).all()) await said.click()
  await page.screenshot({ path })
}

/** Goes to a page by its address, as a link that was sent to somebody. */
export async function visit({ page, address }: Pick<Story, 'page' | 'address'>, at: string): Promise<void> {
  await page.goto(`${address}/#/${at}`)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
}

/** A field by its label, whether it is needed or not. */
export const field = (within: Page | Locator, label: string): Locator =>
  within.getByLabel(new RegExp(`^${label}( \\(needed\\))?$`))
