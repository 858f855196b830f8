import assert from 'node:assert/strict'
import { closeSync, existsSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pause, place, read, until } from '../fixtures.ts'

const entry = (more: object = {}) => ({
  template: 'password = {{ docs.value }}\n',
  to: 'app.conf',
  credentials: ['docs', 'other'],
  ...more,
})
const configured = (folder: string, ...files: object[]) => {
  writeFileSync(join(folder, 'files.json'), JSON.stringify({ files }))
  return ['files', '--config', 'files.json', '--settle', '50ms']
}
/** A hook that notes whether it found a file. */
const noting = ['sh', '-c', 'if [ -e app.conf ]; then cat app.conf; else echo gone; fi >> seen']

// They wait more than they work.
describe('rekey files, when a version is killed', { concurrency: 4 }, () => {
  test('files that were made with it are emptied and removed, the hook is run, the order is answered, and the next version is written', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      plane.assign('other', 1)
      const other = entry({ template: '{{ other.value }}', to: 'other.conf' })
      rekey(configured(folder, entry({ hook: noting }), other))
      await until(() => plane.said('loaded').length === 2 && plane.streams.size === 1, 'it is loaded')
      const open = openSync(join(folder, 'app.conf'), 'r')
      plane.kill('docs', 1)
      await until(() => plane.orders.answers.length === 1, 'it is answered')
      assert.deepEqual([plane.orders.answers[0]!.said, plane.orders.answers[0]!.held], ['applied', 'true'])
      assert.equal(readSync(open, Buffer.alloc(100)), 0, 'whoever has it open finds nothing')
      closeSync(open)
      assert.ok(!existsSync(join(folder, 'app.conf')) && existsSync(join(folder, 'other.conf')))
      assert.equal(read(join(folder, 'seen')), 'password = s3cret-docs-1\ngone\n')
      plane.assign('docs', 2)
      await until(() => read(join(folder, 'seen')).endsWith('password = s3cret-docs-2\n'), 'it is written')
    }))

  test('a file that is to be kept is kept, and the order is answered as refused', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      plane.assign('other', 1)
      const started = rekey(configured(folder, entry({ onKill: 'keep' }), entry({ to: 'removed' })))
      await until(() => plane.said('delivered').length === 2 && plane.streams.size === 1, 'it is there')
      plane.kill('docs', 1)
      await until(() => plane.orders.answers.length === 1, 'it is answered')
      const { said, why, held } = plane.orders.answers[0]!
      assert.deepEqual([said, why, held], ['refused', 'kept', 'true'])
      assert.ok(existsSync(join(folder, 'app.conf')) && !existsSync(join(folder, 'removed')))
      assert.match(started.told, /app.conf holds a version that was killed, and is kept/)
      plane.assign('docs', 2)
      await until(() => read(join(folder, 'app.conf')).includes('docs-2'), 'it is written')
    }))

  test('a version that was killed while nobody was there is removed at the start, before any other is waited for', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      plane.assign('other', 1)
      const args = configured(folder, entry({ hook: noting }))
      assert.equal(await rekey([...args, '--once']).code, 0)
      assert.equal(read(join(folder, '.app.conf.made-with')), '{"docs":[1]}\n')
      plane.kill('docs', 1, { isMissed: true })
      const started = rekey([...args, '--once', '--wait', '500ms'])
      assert.equal(await started.code, 69)
      assert.ok(!existsSync(join(folder, 'app.conf')) && !existsSync(join(folder, '.app.conf.made-with')))
      assert.ok(read(join(folder, 'seen')).endsWith('gone\n'))
      await until(() => plane.orders.answers.length > 0, 'it is answered')
    }))

  test('a note that cannot be read is taken for one of a dead version, and a file without a note is left alone', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      plane.assign('other', 1)
      const args = configured(folder, entry(), entry({ to: 'unnoted' }))
      writeFileSync(join(folder, 'app.conf'), 'password = s3cret-docs-0\n')
      writeFileSync(join(folder, '.app.conf.made-with'), '{"docs":')
      writeFileSync(join(folder, 'unnoted'), 'by hand')
      plane.refuses = path => (path.includes('/credentials/') ? { code: 'unavailable' } : null)
      assert.equal(await rekey([...args, '--once', '--wait', '300ms']).code, 69)
      assert.ok(!existsSync(join(folder, 'app.conf')))
      assert.equal(readFileSync(join(folder, 'unnoted'), 'utf8'), 'by hand')
    }))

  test('a control plane that goes on assigning the killed version gets nothing written', () =>
    place(async ({ plane, folder, rekey }) => {
      plane.assign('docs', 1)
      plane.assign('other', 1)
      rekey(configured(folder, entry()))
      await until(() => plane.said('delivered').length === 2 && plane.streams.size === 1, 'it is there')
      plane.kill('docs', 1)
      await until(() => plane.orders.answers.length === 1, 'it is answered')
      plane.tell({ credential: 'docs', consumer: 'web', type: 'assigned', version: 1 })
      plane.assign('other', 2)
      await pause(800)
      assert.ok(!existsSync(join(folder, 'app.conf')))
    }))
})
