// What a whole rotation does when the target says no: it waits or is given up, and nobody was moved.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Provider } from '@rekey/providers'
import { personOf, prepare } from '../trial/prepare.ts'
import { type Account, rotate } from '../trial/rotate.ts'
import type { Rule, Trial } from './rule.ts'

async function rotated({ plot }: Trial, provider: Provider, admin = plot.admin): Promise<Account> {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-rule-'))
  try {
    const task = prepare({ ...plot, admin }, plot.addresses, folder)
    return await rotate(task, provider, (_verb, call) => call(), personOf(plot))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function assertNobodyMoved({ plot }: Trial, account: Account): Promise<void> {
  assert.ok(['aborted', 'stuck', 'waiting'].includes(account.ended), `it is ${account.ended}`)
  assert.deepEqual(account.assigned, [1])
  assert.equal(
    await plot.accepts(plot.existing.handle, plot.existing.value),
    true,
    'the old version was touched',
  )
}

export const rotationRules: readonly Rule[] = [
  {
    title: 'a rotation that meets a wrong admin secret is given up or waits, and nobody was moved',
    async kept(trial) {
      const names = Object.keys(trial.plot.admin)
      if (names.length === 0) return 'it has no admin secret'
      const admin = Object.fromEntries(names.map(name => [name, 'wrong-all-the-way']))
      const account = await rotated(trial, trial.provider, admin)
      await assertNobodyMoved(trial, account)
      // What a person made before he was told that it cannot be handed in is his to enter again.
      if (account.ended !== 'waiting')
        assert.deepEqual(await trial.plot.present(), [trial.plot.existing.handle])
      return null
    },
  },
  {
    title: 'a new version with other rights stops the rotation before anyone is moved',
    async kept(trial) {
      const { provider, plot } = trial
      const { mint, compareRights } = provider
      const { narrow } = plot.spoil
      if (mint === undefined || compareRights === undefined || narrow === undefined)
        return 'it compares no rights'
      const poor: Provider = {
        ...provider,
        async mint(context, operation) {
          const minted = await mint.call(provider, context, operation)
          await narrow(minted.handle)
          return minted
        },
      }
      const account = await rotated(trial, poor)
      await assertNobodyMoved(trial, account)
      assert.match(account.stuck ?? '', /lacks/)
      return null
    },
  },
]
