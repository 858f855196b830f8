import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { adminSecrets } from './admin-secrets.ts'

const folder = mkdtempSync(join(tmpdir(), 'rekey-admin-'))
const put = (name: string, text: string, mode = 0o600) => {
  writeFileSync(join(folder, name), text)
  chmodSync(join(folder, name), mode)
}
const admin = adminSecrets(folder)

describe('an admin secret', () => {
  after(() => rmSync(folder, { recursive: true }))

  test('is the text of its file without the last line break, read anew each time', async () => {
    put('pg', 'first\n')
    assert.equal((await admin('pg')).reveal(), 'first')
    put('pg', 'second')
    assert.equal((await admin('pg')).reveal(), 'second')
  })

  test('that is missing, empty or open to everybody is refused with what to do', async () => {
    put('empty', '\n')
    put('open', 'hunter2', 0o644)
    await assert.rejects(admin('none'), /there is no admin secret "none": put it into the file .*none/)
    await assert.rejects(admin('empty'), /is empty/)
    await assert.rejects(admin('open'), (error: Error) => {
      assert.match(error.message, /chmod 600/)
      assert.ok(!error.message.includes('hunter2'))
      return true
    })
  })

  test('cannot be named by a path', async () => {
    for (const name of ['../etc/passwd', '/etc/passwd', '.hidden', '', 'a/b']) {
      await assert.rejects(admin(name), /is named by letters/, name)
    }
  })
})
