import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dayMs, hourMs, minuteMs } from '@rekey/core'
import { firstValue } from '../fixtures.ts'
import {
  alertBody,
  type GitHub,
  gitHub,
  gitHubHeaders,
  gitHubToken,
  killed,
  knowsToken,
  type Post,
  post,
} from './fixtures.ts'

async function connected(
  t: Parameters<typeof post>[0],
): Promise<{ p: Post; hub: GitHub; alert(body?: string): Promise<void> }> {
  const p = await post(t)
  const hub = await gitHub(t)
  knowsToken(p)
  const secret = await p.source('hub', { kind: 'github', github: { api: hub.url, secret: 'github' } })
  let delivery = 0
  return {
    p,
    hub,
    async alert(body = alertBody()) {
      await p.hook('hub', gitHubHeaders(secret, body, `delivery-${++delivery}`), body)
      await p.work()
    },
  }
}

describe('an alert of GitHub', () => {
  test('is asked for its secret, and what is found by it is killed', async t => {
    const { p, hub, alert } = await connected(t)
    await alert()
    assert.deepEqual(hub.asked, ['GET /repos/octo/app/secret-scanning/alerts/7'])
    assert.deepEqual(await killed(p), [1])
    const [incident] = await p.incidents()
    assert.deepEqual(incident?.signal.match?.how, 'value')
    assert.deepEqual(incident?.signal.locations, ['https://github.com/octo/app/security/secret-scanning/7'])
    assert.equal(incident?.signal.source_event_id, 'delivery-1')
  })

  test('of a private repository is a leak, and not one that everybody can read', async t => {
    const { p, alert } = await connected(t)
    await alert(alertBody({}, { publicly_leaked: false }))
    const [incident] = await p.incidents()
    assert.deepEqual([incident?.kind, incident?.reaction], ['leak', 'suspend'])
    assert.deepEqual(await killed(p), [])
  })

  test('waits for a GitHub that fails, is told of after some tries, and is matched once it answers', async t => {
    const { p, hub, alert } = await connected(t)
    hub.instead = response => {
      response.writeHead(503)
      response.end(`${firstValue} is down`)
    }
    await alert()
    assert.deepEqual(await p.incidents(), [])
    const [task] = await p.plane.keep.all('signal-task')
    assert.equal(task?.record.attempts, 1)
    for (let tried = 0; tried < 3; tried++) {
      p.b.clock.nowMs += 10 * minuteMs
      await p.work()
    }
    const [told] = await p.incidents()
    assert.deepEqual([told?.reaction, told?.credential], ['page', null])
    assert.match(told?.summary ?? '', /Not matched: GitHub answered 503; it is asked again/)
    hub.instead = null
    p.b.clock.nowMs += hourMs
    await p.work()
    assert.deepEqual(await killed(p), [1])
    assert.deepEqual(await p.plane.keep.all('signal-task'), [])
  })

  test('is given up after three days, and a person is told', async t => {
    const { p, hub, alert } = await connected(t)
    hub.instead = response => response.destroy()
    await alert()
    for (let tried = 0; tried < 6; tried++) {
      p.b.clock.nowMs += dayMs
      await p.work()
    }
    assert.deepEqual(await p.plane.keep.all('signal-task'), [])
    assert.ok((await p.incidents()).every(one => one.credential === null))
    assert.match((await p.incidents()).at(-1)?.summary ?? '', /cannot be reached/)
  })

  test('that is not for our token is told of at once', async t => {
    const { p, alert } = await connected(t)
    await alert(alertBody({}, { number: 8 }))
    const [incident] = await p.incidents()
    assert.match(incident?.summary ?? '', /no such alert for this token \(404\)/)
    assert.equal(incident?.reaction, 'page')
  })

  test('of which the answer is too long, no JSON, or somewhere else is not believed', async t => {
    const { p, hub, alert } = await connected(t)
    const answers = [
      { status: 200, body: JSON.stringify({ secret: 'x'.repeat(300_000) }) },
      { status: 200, body: `{"secret": "${firstValue}"` },
      { status: 302, body: '' },
    ]
    for (const { status, body } of answers) {
      hub.instead = response => {
        response.writeHead(status, { location: 'http://127.0.0.1:1/' })
        response.end(body)
      }
      await alert(alertBody({ n: Math.random() }))
    }
    assert.deepEqual(await killed(p), [])
    assert.equal((await p.plane.keep.all('signal-task')).length, 3)
    const kept = JSON.stringify([await p.plane.keep.all('signal-task'), await p.b.store.events(0, 1_000)])
    assert.ok(!kept.includes(firstValue) && !kept.includes(gitHubToken))
    assert.deepEqual(p.b.trouble, [])
  })
})
