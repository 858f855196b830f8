// A kill from the screen, until everybody has confirmed; and the proof of its order, verified by the browser.
import { credential, look, type Story, visit } from './chapters.ts'

const patienceMs = 90_000

export async function kill(story: Story): Promise<void> {
  const { page } = story
  await visit(story, `kills/new?of=credential&credential=${credential.id}`)
  await page.getByRole('heading', { name: 'Do it' }).waitFor({ timeout: patienceMs })
  await look(story, 'kill-new')
  await page.getByLabel(/^Why/).fill('it was seen in a public paste')
  // A wide scope has its name typed, letter by letter.
  const label = page.locator('label', { hasText: /^Type “/ })
  if ((await label.count()) > 0) {
    const asked = /“(.+)”/.exec(await label.first().innerText())?.[1] ?? ''
    await page.getByLabel(/^Type “/).fill(asked)
  }
  await page.getByRole('button', { name: /^Kill / }).click()
  await page.getByRole('heading', { level: 1, name: /^Kill of/ }).waitFor({ timeout: patienceMs })
  await look(story, 'kill')
  await page
    .getByText(/^All \d+ known holders have confirmed\. The target refuses it\. Everybody works again\./)
    .waitFor({ timeout: patienceMs })
  story.shown['killConfirmed'] = true
  await look(story, 'kill-confirmed')
}

export async function proof(story: Story): Promise<void> {
  const { page } = story
  await visit(story, 'audit')
  const list = page.getByRole('region', { name: 'Events' })
  await list.waitFor()
  await look(story, 'audit')
  await list.getByRole('link').first().click()
  await page.getByRole('button', { name: 'Verify here' }).click()
  await page
    .getByText(/is proved|verified/i)
    .first()
    .waitFor({ timeout: patienceMs })
  story.shown['proofVerified'] = true
  await look(story, 'proof')
}
