// What goes wrong in practice: names with markup, a connection that breaks under a decision, two people who press opposite buttons, a
// session that expires under a half-filled form, somebody without the right, very many consumers. Nothing is lost, and everything is said.
import type { Person } from '@rekey/demo'
import { sizes } from './browser.ts'
import { person as alice, credential, field, look, type Story, visit } from './chapters.ts'

const markup = '<img src=x onerror="document.title=1"> & <b>Co</b> "quoted"'
const owner = { id: 'team', name: 'Platform team' }
const manual = (name: string) => ({
  name,
  kind: 'http-api',
  provider: 'manual',
  settings: { console: 'its admin page', prefix: 'x', canDisable: true },
  target: 'elsewhere',
  environment: 'production',
  owner,
  policy: { approvals: 1 },
})
const consumer = (at: number, name = `Worker ${at}`) => ({
  id: `worker-${at}`,
  name,
  owner,
  behaviour: 'background-job',
  reload: { how: 'every-use' },
  observability: 'attested',
})

export async function hard(story: Story, api: Person, _rotation: string): Promise<void> {
  await namesWithMarkup(story, api)
  const rotation = await runningRotation(api)
  await brokenConnection(story, api, rotation)
  await oppositeButtons(story, api, rotation)
  await focusInSight(story)
  await sameForm(story, api)
  await expiredSession(story, api)
  await withoutRight(story, api)
  await manyConsumers(story, api)
}

async function namesWithMarkup(story: Story, api: Person): Promise<void> {
  const { page } = story
  await api.ask('POST', '/credentials', {
    id: 'marked',
    credential: manual(markup),
    consumers: [consumer(0, markup)],
    existing: { handle: 'marked-1', value: 'what-it-was' },
  })
  for (const at of ['credentials', 'credentials/marked', 'consumers', 'credentials/marked/map']) {
    await visit(story, at)
    await page.getByText('onerror', { exact: false }).first().waitFor()
    const { length } = await page.locator('main img, main b').all()
    if (length > 0 || (await page.title()) === '1') throw new Error('a name was taken for markup')
  }
  story.shown['markupIsText'] = true
}

/** One that waits for a person at the target, for decisions that can be pressed at leisure. */
async function runningRotation(api: Person): Promise<string> {
  const { id } = await api.ask<{ id: string }>('POST', '/credentials/marked/rotations', {
    reason: 'to press buttons',
  })
  const untilMs = Date.now() + 20_000
  for (;;) {
    const { phase } = await api.ask<{ phase: string }>('GET', `/rotations/${id}`)
    if (phase === 'running') break
    if (Date.now() > untilMs) throw new Error(`the rotation is ${phase}`)
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  return id
}

/** The answer to a decision never comes: the page says so, asks again under the same key, and it is done once. */
async function brokenConnection(story: Story, api: Person, rotation: string): Promise<void> {
  const { page } = story
  await visit(story, `rotations/${rotation}?do=hold`)
  const keys: string[] = []
  let cut = 2
  await page.route('**/hold', async route => {
    keys.push(route.request().headers()['idempotency-key'] ?? '')
    // The first time it is done, and nobody hears of it; the second time it does not even arrive.
    if (cut === 2) await route.fetch()
    if (cut-- > 0) await route.abort('connectionreset')
    else await route.continue()
  })
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/^Why/).fill('the connection breaks')
  await dialog.getByRole('button', { name: 'Hold' }).click()
  await dialog.getByText('No answer came.').waitFor()
  await look(story, 'connection-lost')
  await dialog.waitFor({ state: 'detached' })
  await page.unroute('**/hold')
  const { items } = await api.ask<{ items: { type: string }[] }>(
    'GET',
    '/history?credential=marked&limit=200',
  )
  const times = items.filter(one => one.type === 'rotationHeld').length
  if (times !== 1 || new Set(keys).size !== 1)
    throw new Error(`it was done ${times} times, under ${new Set(keys).size} keys`)
  story.shown['connectionLost'] = `asked ${keys.length} times under one key, done once`
}

/** Somebody else has contained it in the meantime: whoever lets it go on is told, and nothing goes on. */
async function oppositeButtons(story: Story, api: Person, rotation: string): Promise<void> {
  const { page } = story
  await visit(story, `rotations/${rotation}?do=release`)
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Let it go on' }).waitFor()
  await page.route('**/api/v1/rotations/*', route => route.abort())
  await api.ask('POST', `/rotations/${rotation}/contain`, { cause: 'bob was faster' })
  await dialog.getByRole('button', { name: 'Let it go on' }).click()
  await dialog.getByRole('alert').waitFor()
  story.shown['oppositeButtons'] = (await dialog.getByRole('alert').innerText()).replaceAll('\n', ' ')
  await look(story, 'opposite-buttons')
  await page.unroute('**/api/v1/rotations/*')
  await page.keyboard.press('Escape')
}

/** On a phone, by keyboard alone, there and back: whatever has the focus lies beneath none of what sticks (WCAG 2.2, 2.4.11). */
async function focusInSight(story: Story): Promise<void> {
  const { page } = story
  await page.setViewportSize(sizes.phone)
  let stops = 0
  for (const at of [`consumers/${credential.id}/web/edit`, `credentials/${credential.id}/map`]) {
    await visit(story, at)
    for (const key of [...Array<string>(40).fill('Tab'), ...Array<string>(30).fill('Shift+Tab')]) {
      await page.keyboard.press(key)
      const hidden = await page.evaluate(`(() => {
        const { top, bottom } = document.activeElement.getBoundingClientRect()
        if (document.activeElement.closest('.top') || document.activeElement.matches('body, .skip')) return null
        const bar = document.querySelector('.top').getBoundingClientRect().bottom
        return top < bar && bottom <= bar + 1 ? document.activeElement.outerHTML.slice(0, 120) : null
      })()`)
      if (hidden !== null) throw new Error(`beneath the bar has the focus, at ${at}: ${String(hidden)}`)
      stops++
    }
  }
  await page.setViewportSize(sizes.desktop)
  story.shown['focusInSight'] = stops
}

/** Somebody else saves the rules while one has them open: both changes stand in the end, and whoever is slower is told. */
async function sameForm(story: Story, api: Person): Promise<void> {
  const { page } = story
  await visit(story, 'people/rules')
  await page.getByLabel('Override a gate needs two in production').check()
  await api.ask('PUT', '/settings', { twoPerson: { staging: ['retire'] } })
  await page.getByText('It changed while you were at it.').waitFor()
  await look(story, 'same-form')
  await page.getByRole('button', { name: 'Change the rules' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Change them' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const { twoPerson } = await api.ask<{ twoPerson: Record<string, string[]> }>('GET', '/settings')
  const both = JSON.stringify({ production: twoPerson['production'], staging: twoPerson['staging'] })
  if (both !== '{"production":["override"],"staging":["retire"]}') throw new Error(`a rule is lost: ${both}`)
  await api.ask('PUT', '/settings', { twoPerson: {} })
  story.shown['sameForm'] = 'two people changed the rules at once, and both changes stand'
}

/** The session ends under a form that is half filled in: one signs in over it, and goes on. */
async function expiredSession(story: Story, api: Person): Promise<void> {
  const { page } = story
  await visit(story, `consumers/${credential.id}/new`)
  await field(page, 'Name').fill('Half a form')
  await field(page, 'Id').fill('half')
  await field(page, 'What it is').selectOption('data-export')
  // What the page asks by itself waits meanwhile: the form is to be what finds out, not a question in the background before it is sent.
  const found = Promise.withResolvers<void>()
  await page.route('**/api/v1/**', async route => {
    if (route.request().method() === 'GET') await found.promise
    await route.continue()
  })
  await page.context().clearCookies()
  await page
    .getByRole('button', { name: /^(Register|Add|Save) (it|the consumer)/ })
    .first()
    .click()
  const dialog = page.getByRole('dialog', { name: 'Your session has expired' })
  await dialog.waitFor()
  found.resolve()
  await page.unrouteAll({ behavior: 'wait' })
  await look(story, 'session-expired')
  await dialog.getByLabel('Password').fill(alice.password)
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  const untilMs = Date.now() + 20_000
  for (;;) {
    const { items } = await api.ask<{ items: { id: string; name: string }[] }>(
      'GET',
      `/credentials/${credential.id}/consumers`,
    )
    if (items.some(one => one.id === 'half' && one.name === 'Half a form')) break
    if (Date.now() > untilMs) throw new Error('what was entered is lost')
    await page.waitForTimeout(300)
  }
  story.shown['sessionExpired'] = 'signed in over the form, and it was sent'
}

async function withoutRight(story: Story, api: Person): Promise<void> {
  await api.ask('POST', '/people', {
    id: 'vera',
    name: 'Vera Viewer',
    roles: { '*': 'viewer' },
    password: 'only looks, never touches',
  })
  const { context, page } = await story.browser.person()
  page.setDefaultTimeout(30_000)
  await page.goto(story.address)
  await page.getByLabel('Id').fill('vera')
  await look({ ...story, page }, 'sign-in')
  await page.getByLabel('Password').fill('only looks, never touches')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Now' }).waitFor()
  await page.goto(`${story.address}/#/credentials/${credential.id}`)
  const plan = page.getByRole('button', { name: /^Plan a rotation/ })
  await plan.waitFor()
  await look({ ...story, page }, 'viewer-credential')
  await page.goto(`${story.address}/#/people`)
  await page.waitForTimeout(500)
  await look({ ...story, page }, 'viewer-people')
  story.shown['withoutRight'] = true
  await context.close()
}

async function manyConsumers(story: Story, api: Person): Promise<void> {
  const { page } = story
  const many = 10_000
  for (let at = 0; at < many; at += 1_000) {
    await api.ask('POST', '/credentials', {
      id: `crowd-${at}`,
      credential: manual(`Crowd ${at}`),
      consumers: Array.from({ length: 1_000 }, (_, index) => consumer(at + index)),
    })
  }
  await visit(story, 'consumers')
  const search = page.getByRole('searchbox').first()
  await search.fill('Worker 9999')
  await page.getByText('Worker 9999').first().waitFor({ timeout: 60_000 })
  story.shown['manyConsumers'] = many
  await look(story, 'consumers-many')
}
