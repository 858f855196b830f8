// What a third party does: it pins the published keys once, and from then on checks passports with the SDK's verifier against a
// control plane in a process of its own, also while that is away.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setUp, startControlPlane } from '@rekey/demo'
import { type StatusKey, statusVerifier } from '@rekey/sdk/status'
import { registerKey } from '../bench/api/agents.ts'

test('a third party sees a version die by its passport, and needs nobody to see that another one lives', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-status-'))
  const plane = await startControlPlane({
    REKEY_STORE: join(folder, 'rekey.db'),
    REKEY_ADMIN_FOLDER: folder,
    REKEY_PROVIDERS_FOLDER: folder,
  })
  try {
    const person = await setUp(plane)
    for (const id of ['lives', 'dies'])
      await registerKey(person, id, [], { handle: id, value: `the value of ${id}` })
    const { keys } = (await (await fetch(`${plane.address}/api/v1/order-keys`)).json()) as {
      keys: StatusKey[]
    }
    const passportOf = async (id: string) =>
      (await person.ask<{ passport: string }>('GET', `/credentials/${id}/versions/1/passport`)).passport
    const passports = { lives: await passportOf('lives'), dies: await passportOf('dies') }
    const issuer = JSON.parse(atob(passports.lives.split('.')[1]!)).iss as string

    const before = statusVerifier({ issuer, keys })
    for (const one of Object.values(passports)) {
      const answer = await before.check(one)
      assert.ok(answer.ok && answer.status === 'valid', JSON.stringify(answer))
    }
    await person.ask('POST', '/kills', { scope: { of: 'credential', credential: 'dies' }, reason: 'a test' })
    // Whoever fetches the list now sees it; whoever has one sees it when that is thirty seconds old.
    const after = statusVerifier({ issuer, keys })
    const dead = await after.check(passports.dies)
    assert.ok(dead.ok && dead.status === 'invalid', JSON.stringify(dead))

    await plane.stop()
    const alive = await after.check(passports.lives)
    assert.ok(alive.ok && alive.status === 'valid', JSON.stringify(alive))
    const late = statusVerifier({ issuer, keys, timeoutMs: 500 })
    assert.deepEqual(await late.check(passports.lives), { ok: false, code: 'list-away', about: 'list' })
  } finally {
    await plane.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})
