// A real browser: Debian's Chromium, without a window. Whatever a page writes to its console as an error, and whatever its policy
// forbids, is a fault of the run.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { type BrowserContext, chromium, type Page, type PageScreenshotOptions } from 'playwright-core'

export const sizes = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } } as const
export type Size = keyof typeof sizes
export const schemes = ['light', 'dark'] as const
export type Scheme = (typeof schemes)[number]

export interface Browser {
  /** A context of its own: another person, with cookies of their own. */
  person(): Promise<Visit>
  faults: string[]
  close(): Promise<void>
}

export interface Visit {
  context: BrowserContext
  page: Page
}

const executablePath = process.env['REKEY_CHROMIUM'] ?? '/usr/bin/chromium'
/** It asks nobody on the network for anything. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export async function openBrowser(): Promise<Browser> {
  const browser = await chromium.launch({ executablePath, headless: true, args: quiet }).catch(error => {
    throw new Error(
      `no browser: install Chromium, or say where it is in REKEY_CHROMIUM (${(error as Error).message})`,
    )
  })
  const faults: string[] = []
  return {
    faults,
    async person() {
      const context = await browser.newContext({
        viewport: sizes.desktop,
        colorScheme: 'light',
        reducedMotion: 'reduce',
      })
      const page = await context.newPage()
      page.on('pageerror', error => faults.push(`script: ${error.message}`))
      page.on('console', message => {
        // An answer of 4xx or 5xx is a line there too; what it means is on the page.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
          faults.push(`console: ${message.text()}`)
      })
      return { context, page }
    },
    async close() {
      await browser.close()
    },
  }
}

export interface Look {
  name: string
  size: Size
  scheme: Scheme
  picture: string
  violations: string[]
  /** The page is wider than the window. */
  isTooWide: boolean
}

/** A long list goes on as it begins. */
const mostShownPx = 2_600

/** The whole page as far as anybody scrolls; what lies over a page stands where the screen is. */
async function extentOf(page: Page, path: string): Promise<PageScreenshotOptions> {
  if ((await page.getByRole('dialog').count()) > 0) return { path }
  const { width, height } = page.viewportSize()!
  const reach = Number(await page.evaluate('document.documentElement.scrollHeight'))
  return {
    path,
    fullPage: true,
    clip: { x: 0, y: 0, width, height: Math.min(Math.max(reach, height), mostShownPx) },
  }
}

/** A page as it looks in both schemes and sizes, each with what axe has against it. */
export async function lookAt(page: Page, name: string, folder: string): Promise<Look[]> {
  mkdirSync(folder, { recursive: true })
  const looks: Look[] = []
  for (const size of Object.keys(sizes) as Size[]) {
    for (const scheme of schemes) {
      await page.setViewportSize(sizes[size])
      await page.emulateMedia({ colorScheme: scheme })
      // From its beginning: what sticks to the top would lie over the middle of it.
      if ((await page.getByRole('dialog').count()) === 0) await page.evaluate('scrollTo(0, 0)')
      await page.waitForTimeout(150)
      const picture = join(folder, `${name}-${size}-${scheme}.png`)
      await page.screenshot(await extentOf(page, picture))
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze()
      const isTooWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth + 1')
      looks.push({
        name,
        size,
        scheme,
        picture,
        violations: violations.flatMap(one =>
          one.nodes.map(node => `${one.id}: ${one.help} at ${node.target.join(' ')}`),
        ),
        isTooWide: isTooWide === true,
      })
    }
  }
  await page.setViewportSize(sizes.desktop)
  await page.emulateMedia({ colorScheme: 'light' })
  return looks
}
