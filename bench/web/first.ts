// The first page with nothing kept by the browser: when something is painted, when what needs a person is there, and how many bytes
// of script came for it. Beside it a page of the same text without a script, from a bare server.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from '../../e2e/web/browser.ts'
import { demand, type Figure, lower, median, spread } from '../engine/figure.ts'
import { signedIn } from './sign-in.ts'

interface First {
  paintMs: number
  contentMs: number
  scriptBytes: number
}

export async function measureFirst(
  browser: Browser,
  address: string,
  token: string,
  times: number,
): Promise<Figure[]> {
  const seen: First[] = []
  const bare: number[] = []
  const plain = await plainServer()
  try {
    // Once to warm the server up, which has been running for days in earnest.
    await first(browser, address, token)
    for (let at = 0; at < times; at++) {
      seen.push(await first(browser, address, token))
      bare.push(await barePaint(browser, plain.address))
    }
  } finally {
    plain.close()
  }
  const paints = seen.map(one => one.paintMs)
  const contents = seen.map(one => one.contentMs)
  const [one] = seen
  return [
    lower('first.paint', median(contents), 'ms', 1_000, {
      whatNeedsAPerson: spread(contents),
      firstPaint: spread(paints),
      barePage: spread(bare),
      timesBarePage: median(contents) / median(bare),
    }),
    lower('first.script', one!.scriptBytes / 1_000, 'kB gzipped', 250, { bytes: one!.scriptBytes }),
  ]
}

async function first(browser: Browser, address: string, token: string): Promise<First> {
  const { context, page } = await signedIn(browser, address, token)
  // So that whatever was compressed for an earlier visit is of no use to us: brotli would be less.
  await context.setExtraHTTPHeaders({ 'accept-encoding': 'gzip' })
  await page.goto(`${address}/`)
  await page.getByRole('heading', { name: 'Needs a person' }).waitFor()
  const seen = await page.evaluate(`(() => {
    const content = performance.now()
    const [paint] = performance.getEntriesByName('first-contentful-paint')
    const scripts = performance.getEntriesByType('resource').filter(one => one.name.endsWith('.js'))
    return { contentMs: content, paintMs: paint ? paint.startTime : content, scriptBytes: scripts.reduce((sum, one) => sum + one.encodedBodySize, 0) }
  })()`)
  await context.close()
  const { scriptBytes } = seen as First
  demand(scriptBytes > 10_000, 'no script was counted')
  return seen as First
}

async function barePaint(browser: Browser, address: string): Promise<number> {
  const { context, page } = await browser.person()
  await page.goto(address)
  await page.getByRole('heading', { name: 'Needs a person' }).waitFor()
  const ms = await page.evaluate('performance.now()')
  await context.close()
  return ms as number
}

function plainServer(): Promise<{ address: string; close(): void }> {
  const page =
    '<!doctype html><html lang="en"><title>bare</title><h1>Now</h1><h2>Needs a person</h2><p>Nobody is needed.</p>'
  const server = createServer((_request, answer) =>
    answer.writeHead(200, { 'content-type': 'text/html' }).end(page),
  )
  return new Promise(resolve =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      resolve({ address: `http://127.0.0.1:${port}/`, close: () => server.close() })
    }),
  )
}
