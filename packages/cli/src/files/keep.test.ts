import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pause, place, read, until } from '../fixtures.ts'

const entry = (more: object = {}) => ({
  template: 'password = {{ docs.value | json }}\n',
  to: 'app.conf',
  credentials: ['docs'],
  ...more,
})
const configured = (folder: string, ...files: object[]) => {
  writeFileSync(join(folder, 'files.json'), JSON.stringify({ files }))
  return ['files', '--config', 'files.json', '--settle', '50ms']
}
/** A hook that notes what it found. */
const noting = ['sh', '-c', 'cat app.conf >> seen']

// They wait more than they work.
describe('rekey files', { concurrency: 4 }, () => {
  test('files are written once, their hook runs after all of them are in place, and it is reported afterwards', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      writeFileSync(join(folder, 'other.tmpl'), '{{ docs.handle }}')
      const hook = ['sh', '-c', 'cat app.conf other >> seen; echo >> seen; sleep 0.3']
      const args = configured(
        folder,
        entry({ hook }),
        entry({ template: { path: 'other.tmpl' }, to: 'other', mode: '0640', hook }),
      )
      const started = rekey(args)
      await until(() => existsSync(join(folder, 'seen')), 'the hook runs')
      assert.equal(plane.said('loaded').length + plane.said('delivered').length, 0)
      await until(() => plane.said('loaded').length === 1, 'it is reported')
      assert.equal(plane.said('delivered').length, 1)
      assert.equal(plane.said('loaded')[0]!.instance, 'host')
      plane.assign('docs', 2)
      await until(() => plane.said('loaded').length === 2, 'the second is loaded')
      assert.equal(
        read(join(folder, 'seen')),
        'password = "s3cret-docs-1"\nlogin_1\npassword = "s3cret-docs-2"\nlogin_2\n',
      )
      assert.equal(statSync(join(folder, 'other')).mode & 0o777, 0o640)
      assert.equal(statSync(join(folder, 'app.conf')).mode & 0o777, 0o600)
      started.child.kill('SIGTERM')
      assert.equal(await started.code, 0)
      const notes = ['.app.conf.made-with', '.other.made-with']
      const files = ['app.conf', 'files.json', 'other', 'other.tmpl', 'seen']
      assert.deepEqual(readdirSync(folder).sort(), [...notes, ...files])
      assert.equal(read(join(folder, '.app.conf.made-with')), '{"docs":[2]}\n')
      assert.ok(plane.statements.every(one => ['delivered', 'loaded'].includes(one.says)))
      assert.doesNotMatch(started.told, /s3cret/)
    }))

  test('--once writes and ends, and the next time nothing is written and no hook runs', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      const args = [...configured(folder, entry({ hook: noting })), '--once']
      assert.equal(await rekey(args).code, 0)
      assert.equal(read(join(folder, 'seen')), 'password = "s3cret-docs-1"\n')
      assert.deepEqual([plane.said('delivered').length, plane.said('loaded').length], [1, 1])
      const again = rekey(args)
      assert.equal(await again.code, 0)
      assert.equal(again.told, '')
      assert.equal(read(join(folder, 'seen')), 'password = "s3cret-docs-1"\n')
      assert.deepEqual([plane.said('delivered').length, plane.said('loaded').length], [2, 1])
    }))

  test('a hook that fails is told with its code and its last line but without a value, is owed, and the next round runs it', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      const script =
        'test -f fixed || { echo first >&2; echo "broken by $(cat app.conf)" >&2; exit 3; }; echo ran >> seen'
      const args = [...configured(folder, entry({ hook: ['sh', '-c', script] })), '--once']
      const failed = rekey(args)
      assert.equal(await failed.code, 75)
      assert.match(failed.told, /The hook sh ended with 3: broken by password = "\[secret\]"/)
      assert.equal(plane.said('loaded').length + plane.said('delivered').length, 0)
      assert.ok(existsSync(join(folder, 'app.conf')))
      writeFileSync(join(folder, 'fixed'), '')
      assert.equal(await rekey(args).code, 0)
      assert.equal(read(join(folder, 'seen')), 'ran\n')
      assert.equal(plane.said('loaded').length, 1)
    }))

  test('a hook that fails is tried again by itself, and the old content is never put back', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      const script = 'echo tried >> tries; test -f fixed'
      const started = rekey(configured(folder, entry({ hook: ['sh', '-c', script] })))
      await until(() => started.told.includes('ended with 1'), 'it has failed')
      writeFileSync(join(folder, 'fixed'), '')
      await until(() => plane.said('loaded').length === 1, 'it is loaded')
      assert.equal(read(join(folder, 'tries')), 'tried\ntried\n')
      await pause(300)
      assert.equal(read(join(folder, 'tries')), 'tried\ntried\n')
    }))

  test('a hook that takes too long is ended with all that it started', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      const hook = ['sh', '-c', 'sh -c "sleep 1; echo late >> seen" & wait']
      const args = [...configured(folder, entry({ hook, hookTimeout: '200ms' })), '--once']
      const started = rekey(args)
      assert.equal(await started.code, 75)
      assert.match(started.told, /took longer than 200 ms/)
      await pause(1_000)
      assert.ok(!existsSync(join(folder, 'seen')))
    }))

  test('a hook is given no value and nothing of ours', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      const hook = ['sh', '-c', 'cat /proc/$$/environ /proc/$$/cmdline > seen']
      assert.equal(await rekey([...configured(folder, entry({ hook })), '--once']).code, 0)
      assert.match(read(join(folder, 'seen')), /PATH=/)
      assert.doesNotMatch(read(join(folder, 'seen')), /s3cret|REKEY_/)
    }))

  test('a configuration that is wrong is told all at once, and templates with their line, before anything is asked for', () =>
    place(async ({ plane, folder, rekey }) => {
      const wrong = entry({ template: 'ok\n{{ dosc.value }}', to: 'a' })
      const worse = [
        { to: 'b', template: 'x', credentials: ['docs', 'docs:web'], mode: '888', hook: 'nginx', color: 1 },
        wrong,
      ]
      const config = rekey(configured(folder, ...worse))
      assert.equal(await config.code, 64)
      for (const what of [
        '"color" is not known',
        '"mode" is written',
        '"hook" is a list',
        'docs is wanted as two consumers',
      ])
        assert.ok(config.told.includes(`files[0]: ${what}`), what)
      const template = rekey(configured(folder, wrong))
      assert.equal(await template.code, 64)
      assert.match(template.told, /The template of a, line 2: dosc is not among the credentials/)
      unlinkSync(join(folder, 'files.json'))
      assert.equal(await rekey(['files', '--config', 'files.json']).code, 64)
      assert.equal(plane.asked.length, 0)
    }))

  test('a file that cannot be made keeps nothing from the others but a hook in common, which waits for all of its files', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      plane.assign('orders-db', 1, { handle: null })
      const broken = entry({ template: '{{ orders-db.handle }}', to: 'broken', credentials: ['orders-db'] })
      const other = entry({ to: 'other.conf', hook: ['touch', 'other-hook'] })
      const args = configured(folder, { ...broken, hook: noting }, entry({ hook: noting }), other)
      const started = rekey([...args, '--once'])
      assert.equal(await started.code, 64)
      assert.match(started.told, /line 1: this version of orders-db has no handle/)
      assert.equal(read(join(folder, 'app.conf')), 'password = "s3cret-docs-1"\n')
      assert.deepEqual(plane.said('delivered'), [])
      assert.deepEqual(
        [existsSync(join(folder, 'seen')), existsSync(join(folder, 'other-hook'))],
        [false, true],
      )
      plane.assign('orders-db', 2)
      assert.equal(await rekey([...args, '--once']).code, 0)
      assert.equal(read(join(folder, 'seen')), 'password = "s3cret-docs-1"\n')
      const loaded = plane.said('loaded').map(one => one.credential)
      assert.deepEqual(loaded.sort(), ['docs', 'orders-db'])
    }))
})
