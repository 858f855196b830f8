// First run: the link of the first start, the first page, a PostgreSQL credential with the value that it has, and who uses it. All by
// what stands on the screen.
import type { Locator } from 'playwright-core'
import type { Member } from '../fleet/consumers.ts'
import { credential, look, person, type Story } from './chapters.ts'

export async function setUp(story: Story): Promise<void> {
  const { page, world } = story
  await page.goto(world.plane.setUpLink!)
  await page.getByRole('heading', { name: 'Set up Rekey' }).waitFor()
  await look(story, 'set-up')
  await page.getByLabel('Id').fill(person.id)
  await page.getByLabel('Name').fill(person.name)
  await page.getByLabel('Password').fill(person.password)
  await page.getByRole('button', { name: 'Begin' }).click()
  await page.getByRole('heading', { name: 'Protect a first credential' }).waitFor()
  story.shown['setUp'] = true
  await look(story, 'now-empty')
}

interface Node {
  host: string
  port: number
}

export async function register(story: Story): Promise<void> {
  const { page, world } = story
  const { settings, plot } = world.target
  await page.getByRole('link', { name: 'Register a credential' }).click()
  await page.getByRole('button', { name: /PostgreSQL login/ }).click()
  const nodes = settings['nodes'] as Node[]
  for (const [at, { host, port }] of nodes.entries()) {
    if (at > 0) await page.getByRole('button', { name: 'Add another' }).click()
    await page.getByLabel('Host').nth(at).fill(host)
    await page.getByLabel('Port').nth(at).fill(String(port))
  }
  const text = (label: string | RegExp, value: unknown) => page.getByLabel(label).first().fill(String(value))
  await text(/^Database/, settings['database'])
  await page.getByRole('textbox', { name: /^Admin \(needed\)|^Admin$/ }).fill(String(settings['admin']))
  await text(/^Admin secret/, settings['adminSecret'])
  await text(/^Group/, settings['group'])
  await text(/^Prefix/, settings['prefix'])
  await page.getByLabel('TLS').selectOption(String(settings['tls']))
  await page.getByRole('textbox', { name: /^Name/ }).fill(credential.name)
  await page.getByRole('textbox', { name: /^Id \(needed\)|^Id$/ }).fill(credential.id)
  await page.getByLabel(/^Kind/).selectOption('database')
  await text(/^Target/, 'postgres')
  await page.getByLabel(/^Environment/).fill('production')
  await page.getByRole('textbox', { name: /^Owner/ }).fill('Platform team')
  await text(/^What the target calls it/, plot.existing.handle)
  await page.getByLabel(/^The value \(needed\)|^The value$/).fill(plot.existing.value)
  await text(/^Quiet before retirement/, '4 s')
  await page.getByLabel(/^Who decides on retirement/).selectOption('1')
  for (const member of world.crew) await addConsumer(story, member)
  await look(story, 'register')
  await page.getByRole('button', { name: 'Register it' }).click()
  await page.getByRole('heading', { level: 1, name: credential.name }).waitFor()
  story.shown['registered'] = true
  story.shown['consumers'] = world.crew.length
}

/** As its facts have it (e2e/fleet/consumers.ts), in the form's own words. */
async function addConsumer(story: Story, { id, consumer }: Member): Promise<void> {
  const { page } = story
  await page.getByRole('button', { name: 'Add a consumer' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: /^Name/ }).fill(String(consumer['name']))
  await dialog.getByRole('textbox', { name: /^Id \(needed\)|^Id$/ }).fill(id)
  await dialog.getByLabel(/^What it is/).selectOption(String(consumer['behaviour']))
  await dialog.getByLabel(/^Path class/).selectOption(String(consumer['pathClass'] ?? 'primary'))
  await dialog.getByRole('textbox', { name: /^Owner/ }).fill('Intake team')
  await dialog.getByLabel(/^Takes up a new value/).selectOption((consumer['reload'] as { how: string }).how)
  await cadence(dialog, consumer['cadence'] as { how: string; everyMs?: number } | undefined)
  if (consumer['sessionMs'] !== undefined)
    await dialog.getByLabel(/^Keeps sessions for/).fill(`${Number(consumer['sessionMs']) / 1_000} s`)
  await dialog.getByLabel(/^Observed by/).selectOption(String(consumer['observability']))
  if (id === 'web') {
    await dialog.getByLabel(/^Business effects/).fill('uploads are refused')
    await look(story, 'register-consumer')
  }
  await dialog.getByRole('button', { name: 'Add it' }).click()
  await dialog.waitFor({ state: 'detached' })
}

async function cadence(dialog: Locator, said: { how: string; everyMs?: number } | undefined): Promise<void> {
  if (said === undefined) return
  await dialog.getByLabel(/^Runs/).selectOption(said.how)
  if (said.everyMs !== undefined) await dialog.getByLabel(/^Every/).fill(`${said.everyMs / 1_000} s`)
}
