// The dashboard in a real browser, from the first start to a proof: set-up, a PostgreSQL credential, consumers, a plan, a rotation while
// real programs work, a refused retirement, the exercise that opens the gate, retirement, a kill, a verified proof; then everything that
// goes wrong in practice; then every page as it looks, with axe.
// npm run e2e:web -- [--json] [--folder FOLDER] [--only PAGE] [--quick]
// With --pictures (npm run pictures) the docs get theirs anew.
// With --quick what happens is shown, and how it looks is not looked at: no figure of axe is one of its.
// Exit code 1: something was not shown, axe found something, a page was wider than its window, or a script failed.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { personWith } from '@rekey/demo'
import { buildWeb } from '../tools/build-web.ts'
import { openBrowser } from './web/browser.ts'
import type { Story } from './web/chapters.ts'
import { credential, person as who } from './web/chapters.ts'
import { register, setUp } from './web/first-run.ts'
import { hard } from './web/hard.ts'
import { kill, proof } from './web/kill.ts'
import { everyPage } from './web/pages.ts'
import { exerciseAndRetire, planAndOpen, refused, refusedByTheServer } from './web/rotate.ts'
import { strangers } from './web/strangers.ts'
import { openWorld } from './web/world.ts'

const { values: asked } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    folder: { type: 'string', default: join(import.meta.dirname, '../.cache/e2e-web') },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    pictures: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
})
const say = (text: string) => asked.json || console.log(text)
const beganMs = Date.now()

buildWeb()
const world = await openWorld()
const browser = await openBrowser().catch(async error => {
  await world.close()
  throw error
})
const { page } = await browser.person()
page.setDefaultTimeout(30_000)
const { address } = world.plane
const story: Story = {
  browser,
  page,
  world,
  address,
  folder: asked.folder,
  looks: [],
  shown: {},
  say,
  isQuick: asked.quick,
  pictures: asked.pictures ? picturesOf(join(import.meta.dirname, '../docs/pictures')) : null,
}
let fault: string | null = null
try {
  await tell()
} catch (error) {
  fault = (error as Error).message.split('\n').slice(0, 6).join('\n')
  await page.screenshot({ path: join(asked.folder, 'fault.png') }).catch(() => undefined)
  if (asked.verbose) console.error((error as Error).stack, world.plane.output().slice(-4_000))
} finally {
  await browser.close()
  await world.close()
}
report()

async function tell(): Promise<void> {
  await chapter('set-up', () => setUp(story))
  await chapter('a credential and its consumers', () => register(story))
  const api = await token()
  const fleet = await world.start(api, credential.id)
  const rotation = await chapter('a plan, and a rotation', () => planAndOpen(story))
  await chapter('a refused retirement', () => refused(story))
  await refusedByTheServer(story, api, rotation)
  await chapter('the exercise, and retirement', () => exerciseAndRetire(story, fleet))
  // Before the kill: whoever holds a killed version fails, which is what it is for.
  story.shown['failedJobs'] = Object.values(fleet.counted()).reduce((sum, one) => sum + one.failed, 0)
  await chapter('a kill', () => kill(story))
  await chapter('a proof', () => proof(story))
  await chapter('what goes wrong in practice', () => hard(story, api, rotation))
  await chapter('strangers', () => strangers(story, api))
  await chapter('every page', () => everyPage(story, asked.only ?? null))
}

async function chapter<T>(name: string, what: () => Promise<T>): Promise<T> {
  const fromMs = Date.now()
  const came = await what()
  say(`${name}: ${((Date.now() - fromMs) / 1_000).toFixed(1)} s`)
  return came
}

/** Made with the session of the browser, so that the rest of the run can ask beside it. */
async function token() {
  const body = JSON.stringify({ name: 'end to end', rights: ['read', 'operate', 'decide', 'administer'] })
  const made = (await page.evaluate(
    `fetch('api/v1/tokens', { method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(body)} }).then(one => one.json())`,
  )) as { token: string }
  return personWith(who.id, made.token, () => [address])
}

/** Those that the docs show, by the look that they are taken of. */
function picturesOf(folder: string): Record<string, string> {
  const named = {
    'now-refused': 'now',
    rotation: 'rotation',
    'behaviour-map': 'map',
    'kill-confirmed': 'kill',
    proof: 'proof',
  }
  return Object.fromEntries(Object.entries(named).map(([look, name]) => [look, join(folder, `${name}.png`)]))
}

function report(): void {
  const violations = story.looks.flatMap(one =>
    one.violations.map(text => `${one.name} ${one.size} ${one.scheme}: ${text}`),
  )
  const tooWide = story.looks.filter(one => one.isTooWide).map(one => `${one.name} ${one.size}`)
  const ok =
    fault === null &&
    violations.length === 0 &&
    tooWide.length === 0 &&
    browser.faults.length === 0 &&
    story.shown['failedJobs'] === 0
  const whole = {
    ok,
    fault,
    shown: story.shown,
    looks: story.looks.length,
    axeViolations: [...new Set(violations)],
    tooWide: [...new Set(tooWide)],
    browserFaults: [...new Set(browser.faults)],
    pictures: asked.json ? undefined : asked.folder,
    seconds: Math.round((Date.now() - beganMs) / 1_000),
  }
  console.log(JSON.stringify(whole, null, 2))
  process.exitCode = ok ? 0 : 1
}
