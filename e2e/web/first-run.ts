// First run: the link of the first start, the first page, a PostgreSQL credential with the value that it has, and who uses it. All by
// what stands on the screen.
import type { Locator } from 'playwright-core'
import type { Member } from '../fleet/consumers.ts'
import { credential, field, look, person, type Story } from './chapters.ts'

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
    await field(page, 'Host').nth(at).fill(host)
    await field(page, 'Port').nth(at).fill(String(port))
  }
  const fill = (label: string, value: unknown) => field(page, label).fill(String(value))
  await fill('Database', settings['database'])
  await fill('Admin', settings['admin'])
  await fill('Admin secret', settings['adminSecret'])
  await fill('Group', settings['group'])
  await fill('Prefix', settings['prefix'])
  await field(page, 'TLS').selectOption(String(settings['tls']))
  await fill('Name', credential.name)
  await fill('Id', credential.id)
  await field(page, 'Kind').selectOption('database')
  await fill('Target', 'postgres')
  await fill('Environment', 'production')
  await fill('Owner', 'Platform team')
  await fill('What the target calls it', plot.existing.handle)
  await fill('The value', plot.existing.value)
  await fill('Quiet before retirement', '4 s')
  await field(page, 'Who decides on retirement').selectOption('1')
  await page.getByText('More of the policy').click()
  await fill('Errors are compared over', '4 s')
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
  const fill = (label: string, value: unknown) => field(dialog, label).fill(String(value))
  const choose = (label: string, value: unknown) => field(dialog, label).selectOption(String(value))
  await fill('Name', consumer['name'])
  await fill('Id', id)
  await choose('What it is', consumer['behaviour'])
  await choose('Path class', consumer['pathClass'] ?? 'primary')
  await fill('Owner', 'Intake team')
  await choose('Takes up a new value', (consumer['reload'] as { how: string }).how)
  await cadence(dialog, consumer['cadence'] as { how: string; everyMs?: number } | undefined)
  if (consumer['sessionMs'] !== undefined)
    await fill('Keeps sessions for', `${Number(consumer['sessionMs']) / 1_000} s`)
  await choose('Observed by', consumer['observability'])
  if (id === 'web') {
    await fill('Business effects', 'uploads are refused')
    await look(story, 'register-consumer')
  }
  await dialog.getByRole('button', { name: 'Add it' }).click()
  await dialog.waitFor({ state: 'detached' })
}

async function cadence(dialog: Locator, said: { how: string; everyMs?: number } | undefined): Promise<void> {
  if (said === undefined) return
  await field(dialog, 'Runs').selectOption(said.how)
  if (said.everyMs !== undefined) await field(dialog, 'Every').fill(`${said.everyMs / 1_000} s`)
}
