// Every page and tab, each looked at in both sizes and schemes.
import { credential, look, type Story, visit } from './chapters.ts'

const pages: readonly [name: string, at: string][] = [
  ['now', ''],
  ['credentials', 'credentials'],
  ['credential-map', `credentials/${credential.id}/map`],
  ['credential-consumers', `credentials/${credential.id}/consumers`],
  ['credential-versions', `credentials/${credential.id}/versions`],
  ['credential-policy', `credentials/${credential.id}/policy`],
  ['credential-blast-radius', `credentials/${credential.id}/radius`],
  ['credential-uses', `credentials/${credential.id}/uses`],
  ['credential-history', `credentials/${credential.id}/history`],
  ['rotations', 'rotations?which=all'],
  ['consumers', 'consumers'],
  ['consumer', `consumers/${credential.id}/web`],
  ['consumer-new', `consumers/${credential.id}/new`],
  ['ghosts', 'ghosts'],
  ['calendar', 'calendar'],
  ['readiness', 'readiness'],
  ['readiness-fence', 'readiness/fence'],
  ['kills', 'kills'],
  ['kills-new', 'kills/new'],
  ['kills-new-query', 'kills/new?of=query'],
  ['signals', 'signals'],
  ['audit', 'audit'],
  ['providers', 'providers'],
  ['provider', 'providers/postgres'],
  ['people', 'people'],
  ['people-account', 'people/account'],
  ['people-tokens', 'people/tokens'],
  ['people-proposals', 'people/proposals'],
  ['people-rules', 'people/rules'],
  ['people-agents', 'people/agents'],
  ['people-sources', 'people/sources'],
  ['people-webhooks', 'people/webhooks'],
  ['people-signal-sources', 'people/signal-sources'],
  ['people-identity', 'people/identity'],
  ['people-break-glass', 'people/break-glass'],
  ['people-keys', 'people/keys'],
  ['nowhere', 'there-is-no-such-page'],
]

export async function everyPage(story: Story, only: string | null): Promise<void> {
  let count = 0
  for (const [name, at] of pages) {
    if (only !== null && !name.startsWith(only)) continue
    await visit(story, at)
    await story.page.waitForTimeout(500)
    if ((await story.page.getByRole('heading', { name: 'This page failed' }).count()) > 0)
      throw new Error(`the page ${name} fails`)
    await look(story, name)
    count++
  }
  story.shown['pages'] = count
  await visit(story, '')
  await story.page.keyboard.press('Control+k')
  await story.page.getByRole('combobox').fill('intake')
  await story.page.waitForTimeout(500)
  await look(story, 'palette')
  await story.page.keyboard.press('Escape')
}
