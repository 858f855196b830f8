import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Secret } from '@rekey/core'
import { ProviderError } from '@rekey/providers'
import mysql from 'mysql2/promise'
import type { Bed } from '../bed.ts'
import { notRun } from '../not-run.ts'
import { proxy, type Then } from '../proxy.ts'
import { heldValue, trialOn } from '../rules/rule.ts'
import { bedOn, provider } from './mariadb.ts'
import { type MariadbCluster, startMariadb } from './mariadb-cluster.ts'

const started = await startMariadb()
if ('missing' in started) notRun(`what only MariaDB can do: ${started.missing}`)
else describe('MariaDB', () => ofMariadb(started))

function ofMariadb(cluster: MariadbCluster) {
  let bed: Bed
  let root: mysql.Connection
  let replica: mysql.Connection
  let plots = 0

  const connect = (at: number, user: string, password: string) =>
    mysql.createConnection({ ...cluster.nodes[at]!, user, password })
  before(async () => {
    bed = await bedOn(cluster)
    root = await connect(0, 'root', cluster.rootPassword)
    replica = await connect(1, 'root', cluster.rootPassword)
  })
  after(async () => {
    root.destroy()
    replica.destroy()
    await bed.close()
  })

  const planted = async () => {
    const plot = await bed.plot(`own${++plots}`)
    const trial = trialOn(bed, plot)
    const context = (more: Record<string, unknown> = {}) =>
      trial.context({ settings: { ...plot.settings(), ...more } })
    return { plot, trial, context }
  }
  const issued = async (more: Record<string, unknown> = {}) => {
    const { plot, trial, context } = await planted()
    const operation = trial.operation(2)
    const minted = await trial.mint(context(more), operation)
    return { plot, context, operation, handle: minted.handle, value: heldValue(operation, minted) }
  }
  const said = (call: Promise<unknown>) =>
    call.then(
      answer => `gone well: ${JSON.stringify(answer)}`,
      (error: unknown) =>
        error instanceof ProviderError ? `${error.code}: ${error.message}` : String(error),
    )

  test('a mint that died between the account and its role is not found as done, and the same key completes it', async () => {
    const { plot, context, operation, handle, value } = await issued()
    const whole = await provider.find!(context(), operation)
    await root.query(`SET DEFAULT ROLE NONE FOR ${handle}`)
    await root.query(`REVOKE ${plot.settings()['role']} FROM ${handle}`)
    assert.equal(whole.is, 'done')
    assert.equal((await provider.find!(context(), operation)).is, 'not-started')
    await provider.mint!(context(), operation)
    assert.equal(await plot.accepts(handle, value.reveal()), true)
  })

  test('a right value from a place that the account does not allow is not told as refused', async () => {
    const { plot, context, operation, handle, value } = await issued()
    await root.query(`RENAME USER ${handle} TO ${handle}@'10.9.9.%'`)
    const elsewhere = context({ userHost: '10.9.9.%' })
    assert.match(await said(provider.probe!(elsewhere, handle, value)), /^denied: .*the value of .* is right/)
    assert.match(await said(provider.probe!(elsewhere, handle, new Secret('another-value'))), /"refused"/)
    await provider.destroy!(elsewhere, handle)
    assert.match(await said(provider.mint!(elsewhere, operation)), /^rejected: .*let "userHost" cover it/)
    assert.deepEqual(await plot.present(), [plot.existing.handle, handle].toSorted())
  })

  test('a login that reaches the replica just after it was refused there is accepted', async () => {
    await replica.query('STOP SLAVE SQL_THREAD')
    const { plot, trial, context } = await planted()
    const operation = trial.operation(2)
    const { handle } = await trial.mint(context(), operation)
    // The first to come is the login, which is refused; the second is the admin, who looks why.
    let came = 0
    const standing = await proxy(cluster.nodes[1]!, async (where): Promise<Then> => {
      if (where === 'before' && ++came === 2) {
        await replica.query('START SLAVE SQL_THREAD')
        await followed()
      }
      return 'pass'
    })
    try {
      const nodes = [cluster.nodes[0], standing.address]
      assert.equal(await provider.probe!(context({ nodes }), handle, operation.secret!), 'accepted')
      assert.ok(came > 2)
    } finally {
      await standing.close()
    }
    assert.ok((await plot.present()).includes(handle))
  })

  test('while a replica lags behind, the probe says neither accepted nor refused', async () => {
    await replica.query('STOP SLAVE SQL_THREAD')
    try {
      const { context, handle, value } = await issued()
      assert.match(
        await said(provider.probe!(context(), handle, value)),
        /^unreachable: the nodes do not agree/,
      )
    } finally {
      await replica.query('START SLAVE SQL_THREAD')
      await followed()
    }
  })

  test('where another account takes a login in, nothing is proved and nothing of it is touched', async () => {
    const { context, operation, handle, value } = await issued()
    await root.query(`CREATE USER ${handle}@'127.0.0.1' IDENTIFIED BY '${value.reveal()}'`)
    assert.match(await said(provider.probe!(context(), handle, value)), /^rejected: .*@127\.0\.0\.1, not as/)
    for (const verb of ['disable', 'enable', 'endSessions', 'destroy'] as const)
      assert.match(await said(provider[verb]!(context(), handle)), /^rejected: there is also a login/, verb)
    assert.equal((await provider.find!(context(), operation)).is, 'ambiguous')
    await root.query(`DROP USER ${handle}@'127.0.0.1'`)
    await provider.destroy!(context(), handle)
  })

  test('sessions are seen and ended on a replica as well', async () => {
    const { plot, context, handle } = await issued()
    const { existing } = plot
    await followed()
    const session = await mysql.createConnection({
      ...cluster.nodes[1]!,
      user: existing.handle,
      password: existing.value,
      connectAttributes: { program_name: 'report-reader' },
    })
    session.on('error', () => undefined)
    const { sightings, covered } = await provider.usage!(context(), [existing.handle, handle], 0)
    assert.deepEqual(
      sightings.map(one => [one.handle, one.seenAs]),
      [[existing.handle, 'report-reader']],
    )
    assert.equal(covered, null)
    await provider.disable!(context(), existing.handle)
    await provider.endSessions!(context(), existing.handle)
    await assert.rejects(session.query('SELECT 1'))
  })

  test('sessions that outlived their account are ended all the same', async () => {
    const { plot, context } = await issued()
    const { existing } = plot
    const session = await plot.session!(existing.handle, existing.value)
    await root.query(`DROP USER ${existing.handle}`)
    assert.equal(await session.isAlive(), true)
    await provider.destroy!(context(), existing.handle)
    assert.equal(await session.isAlive(), false)
  })

  test('an admin who sees only its own sessions does not take that for an answer', async () => {
    const { plot, context } = await issued()
    await root.query('REVOKE PROCESS ON *.* FROM rekey_admin')
    await followed()
    try {
      const { handle } = plot.existing
      assert.match(await said(provider.usage!(context(), [handle], 0)), /^denied: .*PROCESS/)
      await provider.disable!(context(), handle)
      assert.match(await said(provider.endSessions!(context(), handle)), /^denied: .*PROCESS/)
    } finally {
      await root.query('GRANT PROCESS ON *.* TO rekey_admin')
      await followed()
    }
  })

  test('without the right to see their names, users are told apart by address, and the gap is said', async () => {
    const { plot, context } = await issued()
    const session = await plot.session!(plot.existing.handle, plot.existing.value)
    const on = 'SELECT ON performance_schema.session_connect_attrs'
    await root.query(`REVOKE ${on} FROM rekey_admin`)
    await followed()
    try {
      const { sightings, gaps } = await provider.usage!(context(), [plot.existing.handle], 0)
      assert.deepEqual(
        sightings.map(one => one.seenAs),
        ['127.0.0.1'],
      )
      assert.ok(gaps.some(gap => gap.includes(on)))
    } finally {
      await root.query(`GRANT ${on} TO rekey_admin`)
      await followed()
      await session.close()
    }
  })

  test('a login that procedures run as is shut out, and stays until they are made anew', async () => {
    const { plot, context, handle, value } = await issued()
    await root.query(`CREATE DEFINER = ${handle} PROCEDURE trial.pay_${plots}() SELECT 1`)
    assert.match(await said(provider.destroy!(context(), handle)), /^rejected: .*definer of 1 routines/)
    assert.equal(await plot.accepts(handle, value.reveal()), false)
    await root.query(`DROP PROCEDURE trial.pay_${plots}`)
    await provider.destroy!(context(), handle)
    assert.ok(!(await plot.present()).includes(handle))
  })

  test('limits and demands are set with the login, and are differences to one that has none', async () => {
    const { plot, context, handle } = await issued({ connectionLimit: 3 })
    const { missing, extra } = await provider.compareRights!(context(), plot.existing.handle, handle)
    assert.deepEqual([missing, extra], [[], ['a limit of 3 connections at once']])
  })

  test('the admin and the role are not ended', async () => {
    const { plot, context } = await issued()
    for (const handle of ['rekey_admin', String(plot.settings()['role'])])
      assert.match(await said(provider.destroy!(context(), handle)), /^rejected: .*not rotated here/)
  })

  /** The replica has done all that the primary has. */
  async function followed(): Promise<void> {
    const [rows] = await root.query('SELECT @@gtid_binlog_pos AS position')
    const [row] = rows as { position: string }[]
    await replica.query('SELECT MASTER_GTID_WAIT(?, 10)', [row?.position])
  }
}
