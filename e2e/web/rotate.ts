// A rotation, as a person sees it through: planned, opened, refused with names, opened by an exercise, and retired. The page is never
// loaded anew: what changes on it comes by itself.
import type { Person } from '@rekey/demo'
import type { Fleet } from '../fleet/processes.ts'
import { credential, look, type Story, visit } from './chapters.ts'

const patienceMs = 90_000

export async function planAndOpen(story: Story): Promise<string> {
  const { page } = story
  await visit(story, `credentials/${credential.id}`)
  await page.getByRole('button', { name: /^Plan a rotation/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Model').selectOption('waves')
  await dialog.getByText('Windows').waitFor()
  await look(story, 'plan')
  await dialog.getByLabel(/^Why it is rotated now/).fill('the quarter is over')
  await dialog.getByRole('button', { name: /^Open it/ }).click()
  await page.getByRole('heading', { name: `Rotation of ${credential.id}` }).waitFor()
  story.shown['planned'] = true
  return page.url().split('/rotations/')[1]!.split(/[/?]/)[0]!
}

/** It stands before retirement and says no, with the name of whoever keeps the old version. */
export async function refused(story: Story): Promise<void> {
  const { page } = story
  const verdict = page.getByRole('region', { name: 'May the old version be retired?' })
  await verdict.getByText(/^Not yet\. 1 of/).waitFor({ timeout: patienceMs })
  await verdict
    .getByText(/Support replay tool/)
    .first()
    .waitFor()
  const retire = page.getByRole('button', { name: /^Retire v1/ })
  if ((await retire.getAttribute('aria-disabled')) !== 'true')
    throw new Error('the button to retire could be pressed')
  story.shown['refused'] = (await verdict.innerText()).split('\n')[0] ?? ''
  await look(story, 'rotation')
  const at = page.url().split('#/')[1]!
  await visit(story, '')
  await page.getByText('The old version cannot go yet').waitFor({ timeout: patienceMs })
  await look(story, 'now-refused')
  await visit(story, at)
  for (const tab of ['Gates', 'Plan', 'Trust', 'What happened']) {
    await page.getByRole('link', { name: new RegExp(`^${tab}`) }).click()
    await page.waitForTimeout(600)
    await look(story, `rotation-${tab.toLowerCase().replaceAll(' ', '-')}`)
  }
  await page.getByRole('link', { name: 'Ledger' }).click()
  await page.getByRole('button', { name: 'Support replay tool' }).click()
  await look(story, 'rotation-consumer')
  await page.keyboard.press('Escape')
}

/** The API refuses too, and the form says with what. Asked past the button, as a script would. */
export async function refusedByTheServer(story: Story, api: Person, rotation: string): Promise<void> {
  const answer = await api
    .ask('POST', `/rotations/${rotation}/retire`, {})
    .catch((error: { status?: number }) => error)
  if ((answer as { status?: number }).status !== 409) throw new Error('the server let it be retired')
  story.shown['refusedByServer'] = true
}

/** The replay tool is run, as a person runs it; the gates open on the screen without a press. */
export async function exerciseAndRetire(story: Story, fleet: Fleet): Promise<void> {
  const { page, world } = story
  const replay = world.crew.find(one => one.runs === 'by-hand')!
  await fleet.runByHand(replay)
  await page.getByText('Every gate is open: version 1 may be retired.').waitFor({ timeout: patienceMs })
  story.shown['exerciseOpenedTheGate'] = true
  await page.getByRole('button', { name: /^Retire v1/ }).click()
  const dialog = page.getByRole('dialog')
  await look(story, 'retire')
  await dialog.getByRole('button', { name: 'Retire v1' }).click()
  await page.getByText(/It is complete: version 1 is dead/).waitFor({ timeout: patienceMs })
  story.shown['retired'] = true
  await look(story, 'rotation-ended')
  await visit(story, `credentials/${credential.id}/map`)
  await page.getByRole('group', { name: /^Map of/ }).waitFor()
  await look(story, 'behaviour-map')
}
