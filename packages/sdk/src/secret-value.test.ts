import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { refused, withPlane } from './fixtures.ts'
import { SecretValue, type UseContext } from './index.ts'

const printed = (thing: unknown) =>
  `${inspect(thing, { depth: 12, showHidden: true })} ${JSON.stringify(thing)} ${String(thing)}`

test('a value is shown by reveal() and by nothing else', () => {
  const secret = new SecretValue('s3cret')
  assert.equal(secret.reveal(), 's3cret')
  assert.ok(!printed({ secret, text: `${secret}`, sum: `${secret}!` }).includes('s3cret'))
})

test('nothing of a value is in a report, an error, the status, or anything that can be printed', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1)
      const docs = rekey.credential('docs')
      const kept: UseContext[] = []
      await docs.use(context => void kept.push(context))
      const current = await docs.current()
      const session = await docs.session({ name: 'long' })
      const failure = await docs.use(() => Promise.reject(refused())).catch(error => error)
      plane.assign('docs', 1, { expiresMs: plane.nowMs() + 1_000 })
      await rekey.flush()
      plane.isDown = true
      const away = await rekey.flush().catch(error => error)
      const things = [
        rekey,
        docs,
        current,
        session,
        session.context,
        kept,
        failure,
        away,
        rekey.status(),
        rekey.readiness(),
        docs.mark(),
      ]
      for (const thing of things) assert.ok(!printed(thing).includes('s3cret'), printed(thing).slice(0, 200))
      for (const one of plane.asked) assert.ok(!JSON.stringify(one).includes('s3cret'))
      assert.equal(current.value.reveal(), 's3cret-docs-1')
      assert.ok(!printed(things).includes(plane.join))
    },
    { flushMs: 60_000 },
  ))
