import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Secret } from '@rekey/core'
import { newSshKey, publicKeyOf, sshKeyText } from './ssh-key.ts'

// RFC 8032, 7.1, test 1.
const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex')
const publicKey = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex')

/** null: it is not installed here. */
function keygen(text: string): { said: string; status: number | null } | null {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-key-'))
  try {
    const file = join(folder, 'key')
    writeFileSync(file, text, { mode: 0o600 })
    const { error, stdout, status } = spawnSync('ssh-keygen', ['-y', '-P', '', '-f', file], {
      encoding: 'utf8',
    })
    return error === undefined ? { said: stdout.trim(), status } : null
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('the public half stands in the private key, in the line that servers take', () => {
  const secret = new Secret(sshKeyText(seed, publicKey, Buffer.from('00010203', 'hex')))
  assert.equal(
    publicKeyOf(secret),
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea',
  )
  for (const line of secret.reveal().trim().split('\n').slice(1, -1)) assert.ok(line.length <= 70)
})

test('OpenSSH reads the private key and finds the same public half in it', t => {
  for (let time = 0; time < 3; time++) {
    const secret = newSshKey()
    const found = keygen(secret.reveal())
    if (found === null) return t.diagnostic('ssh-keygen is not installed: only our own reading was tried')
    assert.equal(found.status, 0)
    assert.equal(found.said.split(' ').slice(0, 2).join(' '), publicKeyOf(secret))
  }
})

test('no two keys are the same', () => {
  assert.notEqual(newSshKey().reveal(), newSshKey().reveal())
})

test('what is no such key has no public half', () => {
  const text = newSshKey().reveal()
  const [head, first, ...rest] = text.split('\n')
  for (const other of [
    'a password',
    `${head}\n${rest.at(-2)}`,
    [head, 'AAAA', ...rest].join('\n'),
    text.slice(0, 90),
    first!,
  ])
    assert.equal(publicKeyOf(new Secret(other)), null)
})
