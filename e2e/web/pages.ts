// Every page and tab, each looked at in both sizes and schemes.
import { credential, look, type Story, visit } from './chapters.ts'

const pages: readonly [name: string, at: string | ((story: Story) => string)][] = [
  ['now', ''],
  ['credentials', 'credentials'],
  ['credential-map', `credentials/${credential.id}/map`],
  ['credential-consumers', `credentials/${credential.id}/consumers`],
  ['credential-versions', `credentials/${credential.id}/versions`],
  ['credential-policy', `credentials/${credential.id}/policy`],
  ['credential-blast-radius', `credentials/${credential.id}/radius`],
  ['credential-uses', `credentials/${credential.id}/uses`],
  ['credential-history', `credentials/${credential.id}/history`],
  ['credential-edit', `credentials/${credential.id}/edit`],
  ['rotations', 'rotations?which=all'],
  ['consumers', 'consumers'],
  ['consumer', `consumers/${credential.id}/web`],
  ['consumer-edit', `consumers/${credential.id}/web/edit`],
  ['consumer-new', `consumers/${credential.id}/new`],
  ['ghosts', 'ghosts'],
  ['calendar', 'calendar'],
  ['readiness', 'readiness'],
  ['readiness-fence', 'readiness/fence'],
  ['kills', 'kills'],
  ['kills-new', 'kills/new'],
  ['kills-new-query', 'kills/new?of=query'],
  ['signals', 'signals'],
  ['signal', ({ shown }) => `signals/${shown['signalId']}`],
  ['audit', 'audit'],
  ['audit-event', 'audit/20'],
  ['audit-check', 'audit/check'],
  ['providers', 'providers'],
  ['provider', 'providers/postgres'],
  ['people', 'people'],
  ['people-account', 'people/account'],
  ['people-tokens', 'people/tokens'],
  ['people-proposals', 'people/proposals'],
  ['people-rules', 'people/rules'],
  ['people-signal-policy', 'people/signal-policy'],
  ['people-agents', 'people/agents'],
  ['people-agent', 'people/agents/web-agent'],
  ['people-sources', 'people/sources'],
  ['people-webhooks', 'people/webhooks'],
  ['people-receivers', 'people/receivers'],
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
    await visit(story, typeof at === 'string' ? at : at(story))
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
