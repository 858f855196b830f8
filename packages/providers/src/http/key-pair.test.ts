import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '@rekey/core'
import { acme, acmeFile, answerJson, failure, name, operation, posts } from './fixtures.ts'
import { newSshKey, publicKeyOf } from './ssh-key.ts'

const keyFile = () => {
  const file = structuredClone(acmeFile) as unknown as Record<string, unknown> & {
    verbs: Record<string, object>
  }
  const { mint, list, usage, destroy } = file.verbs
  const { value: _, ...asked } = mint as { value: string }
  file['value'] = 'ssh-ed25519'
  file.verbs = {
    mint: { ...asked, body: { name: '{{operation.name}}', key: '{{publicKey}}' } },
    list: { ...list, publicKey: '$.key', disabled: { at: '$.on', is: [false] } },
    probe: { how: 'listed' },
    usage: usage!,
    destroy: destroy!,
  }
  return file
}

test('of a key pair the public half is sent, and known again; another one of that name is somebody else’s', async t => {
  const secret = newSshKey()
  const mine = { ...operation, secret }
  const keys: { id: number; name: string; key: string | null; on: boolean }[] = []
  const a = await acme(
    t,
    ({ method, body }, response) => {
      if (method !== 'POST') return answerJson(response, { keys })
      keys.push({ id: 7, on: true, ...JSON.parse(body) })
      return answerJson(response, { id: 7 })
    },
    keyFile(),
  )
  assert.deepEqual(await a.provider.mint!(a.context, mine), { handle: '7', secret: null })
  assert.equal(keys[0]?.key, publicKeyOf(secret))
  assert.equal(await a.provider.probe!(a.context, '7', secret), 'accepted')
  assert.equal(await a.provider.probe!(a.context, '7', newSshKey()), 'refused')
  keys[0]!.on = false
  assert.equal(await a.provider.probe!(a.context, '7', secret), 'refused')
  keys[0]!.key = publicKeyOf(newSshKey())
  assert.equal((await a.provider.find!(a.context, mine)).is, 'ambiguous')
  assert.match(
    (await failure(a.provider.mint!(a.context, mine))).message,
    new RegExp(`a key ${name} that Rekey did not make`),
  )
  assert.equal(posts(a), 1)
  for (const { body } of a.heard) assert.doesNotMatch(body, /PRIVATE/)
})

test('a private key in a format that cannot be read is not taken for a refused one', async t => {
  const a = await acme(t, (_, response) => answerJson(response, { keys: [] }), keyFile())
  const old = new Secret('-----BEGIN RSA' + ' PRIVATE KEY-----\nAAAA\n-----END RSA' + ' PRIVATE KEY-----')
  assert.match((await failure(a.provider.probe!(a.context, '7', old))).message, /ssh-keygen -p/)
})
