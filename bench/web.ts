// The figures of the face: how soon the first page is there, how much script it takes, and whether long lists hold the browser up.
// npm run bench:web -- [--json] [--only help,first,ledger,log] [--quick]
// Exit code 1: a limit was missed, or something that was asked for could not be measured.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type ControlPlane, setUp, startControlPlane } from '@rekey/demo'
import { openBrowser } from '../e2e/web/browser.ts'
import { buildWeb } from '../tools/build-web.ts'
import type { Figure } from './engine/figure.ts'
import { measureFirst } from './web/first.ts'
import { measureHelp } from './web/help.ts'
import { measureLedger } from './web/ledger.ts'
import { fillLog, measureLog } from './web/log.ts'
import { signedIn } from './web/sign-in.ts'

const sections = ['help', 'first', 'ledger', 'log'] as const
const { values: asked } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: sections.join(',') },
  },
})
const wanted = new Set(asked.only.split(','))
for (const one of wanted)
  if (!(sections as readonly string[]).includes(one)) throw new Error(`there is no section ${one}`)
const figures: Figure[] = []
const notRun: string[] = []
const say = (text: string) => asked.json || console.log(text)

buildWeb()
if (wanted.has('help')) await section('help', async () => [await measureHelp(asked.quick ? 5 : 21)])
if (['first', 'ledger', 'log'].some(one => wanted.has(one))) await inBrowser()

const ok = figures.length > 0 && notRun.length === 0 && figures.every(one => one.ok)
if (asked.json) console.log(JSON.stringify({ ok, figures, notRun }, null, 2))
for (const one of notRun) say(`NOT RUN  ${one}`)
if (!ok) process.exitCode = 1

async function inBrowser(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-bench-web-'))
  const store = join(folder, 'rekey.db')
  const environment = {
    REKEY_STORE: store,
    REKEY_ADMIN_FOLDER: folder,
    REKEY_PROVIDERS_FOLDER: folder,
    REKEY_SPOOL: join(folder, 'spool'),
  }
  let plane: ControlPlane | null = null
  const browser = await openBrowser()
  try {
    plane = await startControlPlane(environment)
    const person = await setUp(plane)
    const consumers = asked.quick ? 60 : 500
    const rotation = await measureLedger.prepare(person, consumers)
    if (wanted.has('log')) {
      await plane.stop()
      say('filling the log …')
      await fillLog(store, asked.quick ? 20_000 : 1_000_000)
      plane = await startControlPlane(environment)
      await measureLog.sealed(plane)
    }
    const { address } = plane
    const visit = await signedIn(browser, address, person.token)
    if (wanted.has('first'))
      await section('first', () => measureFirst(browser, address, person.token, asked.quick ? 3 : 9))
    if (wanted.has('ledger'))
      await section('ledger', () => measureLedger.run(visit, address, rotation, consumers))
    if (wanted.has('log')) await section('log', () => measureLog.run(visit, address))
  } finally {
    await browser.close()
    await plane?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function section(name: string, measure: () => Promise<Figure[]>): Promise<void> {
  try {
    for (const one of await measure()) {
      figures.push(one)
      say(
        `${one.ok ? 'ok    ' : 'MISSED'}  ${one.name.padEnd(22)} ${String(one.value).padStart(8)} ${one.unit}  <= ${one.limit}`,
      )
    }
  } catch (error) {
    notRun.push(`${name}: ${(error as Error).message}`)
  }
}
