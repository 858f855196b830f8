import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { Secret } from '@rekey/core'
import { ProviderError } from '@rekey/providers'
import pg from 'pg'
import type { Bed } from '../bed.ts'
import { notRun } from '../not-run.ts'
import { heldValue, trialOn } from '../rules/rule.ts'
import { bedOn, provider } from './postgres.ts'
import { type Cluster, startCluster } from './postgres-cluster.ts'
import { until } from './server.ts'

const started = await startCluster()
if ('missing' in started) notRun(`what only PostgreSQL can do: ${started.missing}`)
else describe('PostgreSQL', () => ofPostgres(started))

function ofPostgres(cluster: Cluster) {
  let bed: Bed
  let root: pg.Client
  let replica: pg.Client
  let plots = 0

  const connect = async (at: number, database: string) => {
    const client = new pg.Client({
      ...cluster.nodes[at]!,
      user: 'postgres',
      password: cluster.rootPassword,
      database,
    })
    client.on('error', () => undefined)
    await client.connect()
    return client
  }
  before(async () => {
    bed = await bedOn(cluster)
    root = await connect(0, 'trial')
    replica = await connect(1, 'postgres')
  })
  after(async () => {
    await root.end()
    await replica.end()
    await bed.close()
  })

  const issued = async () => {
    const plot = await bed.plot(`own${++plots}`)
    const trial = trialOn(bed, plot)
    const context = trial.context()
    const operation = trial.operation(2)
    const minted = await trial.mint(context, operation)
    return { plot, trial, context, handle: minted.handle, value: heldValue(operation, minted) }
  }
  const codeOf = (call: Promise<unknown>) =>
    call.then(
      () => 'gone well',
      (error: unknown) =>
        error instanceof ProviderError ? `${error.code}: ${error.message}` : String(error),
    )

  test('rights that the old login was given by itself, and not through its group, are missed at the new one', async () => {
    const { plot, context, handle } = await issued()
    await root.query(
      `CREATE TABLE invoices_${plots} (id int); GRANT UPDATE ON invoices_${plots} TO ${plot.existing.handle}`,
    )
    await root.query(`ALTER ROLE ${plot.existing.handle} CONNECTION LIMIT 7`)
    await root.query(`ALTER ROLE ${plot.existing.handle} SET statement_timeout = '30s'`)
    const { missing, extra } = await provider.compareRights!(context, plot.existing.handle, handle)
    assert.deepEqual(missing.toSorted(), [
      `UPDATE on table invoices_${plots}`,
      'a limit of 7 connections',
      'the setting statement_timeout=30s',
    ])
    assert.deepEqual(extra, [])
  })

  test('while a replica lags behind, the probe says neither accepted nor refused', async () => {
    await replica.query('SELECT pg_wal_replay_pause()')
    const { context, handle, value } = await issued()
    try {
      assert.match(
        await codeOf(provider.probe!(context, handle, value)),
        /^unreachable: the nodes do not agree on own/,
      )
    } finally {
      await replica.query('SELECT pg_wal_replay_resume()')
    }
    for (
      let time = 0;
      time < 100 && (await provider.probe!(context, handle, value).catch(() => '')) !== 'accepted';
      time++
    ) {
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    assert.equal(await provider.probe!(context, handle, value), 'accepted')
  })

  test('a replica that hears late that the login is shut out is waited for, and the end goes on', async () => {
    const { plot, context, handle } = await issued()
    await replica.query('SELECT pg_wal_replay_pause()')
    const end = provider.destroy!(context, handle)
    await until(async () => {
      const { rows } = await root.query('SELECT rolcanlogin FROM pg_roles WHERE rolname = $1', [handle])
      return rows[0]?.rolcanlogin === false
    }, 'the login is not shut out at the primary')
    await replica.query('SELECT pg_wal_replay_resume()')
    await end
    assert.ok(!(await plot.present()).includes(handle))
  })

  test('sessions are seen and ended on a replica as well', async () => {
    const { plot, context, handle } = await issued()
    const { existing } = plot
    const session = new pg.Client({
      ...cluster.nodes[1]!,
      user: existing.handle,
      password: existing.value,
      database: 'trial',
      application_name: 'report-reader',
    })
    session.on('error', () => undefined)
    await session.connect()
    const { sightings, covered, gaps } = await provider.usage!(context, [existing.handle, handle], 0)
    assert.deepEqual(
      sightings.map(one => [one.handle, one.seenAs]),
      [[existing.handle, 'report-reader']],
    )
    assert.equal(covered, null)
    assert.equal(gaps.length, 1)
    await provider.disable!(context, existing.handle)
    for (let time = 0; time < 100; time++) {
      if ((await codeOf(provider.endSessions!(context, existing.handle))) === 'gone well') break
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    await assert.rejects(session.query('SELECT 1'))
  })

  test('sessions of a login that may still log in are not ended: they would be back at once', async () => {
    const { context, handle } = await issued()
    assert.match(
      await codeOf(provider.endSessions!(context, handle)),
      /^unreachable: .* may still log in: it is disabled/,
    )
  })

  test('a role that still owns something is shut out, and says how it can be dropped', async () => {
    const { plot, context, handle, value } = await issued()
    await root.query(`CREATE TABLE owned_${plots} (id int); ALTER TABLE owned_${plots} OWNER TO "${handle}"`)
    assert.match(await codeOf(provider.destroy!(context, handle)), /^rejected: .*REASSIGN OWNED BY/)
    assert.equal(await plot.accepts(handle, value.reveal()), false)
    await root.query(
      `REASSIGN OWNED BY "${handle}" TO ${String(plot.settings()['group'])}; DROP OWNED BY "${handle}"`,
    )
    await provider.destroy!(context, handle)
    assert.ok(!(await plot.present()).includes(handle))
  })

  test('where everybody is let in without a password nothing is proved, and the probe says so', async () => {
    const { context, handle } = await issued()
    const before = readFileSync(cluster.hba, 'utf8')
    try {
      writeFileSync(cluster.hba, `host all "${handle}" 127.0.0.1/32 trust\n${before}`)
      await root.query('SELECT pg_reload_conf()')
      await new Promise(resolve => setTimeout(resolve, 300))
      assert.match(
        await codeOf(provider.probe!(context, handle, new Secret('anything'))),
        /^rejected: .*without asking/,
      )
      writeFileSync(cluster.hba, `host all "${handle}" 127.0.0.1/32 reject\n${before}`)
      await root.query('SELECT pg_reload_conf()')
      await new Promise(resolve => setTimeout(resolve, 300))
      assert.match(
        await codeOf(provider.probe!(context, handle, new Secret('anything'))),
        /^denied: .*pg_hba.conf/,
      )
    } finally {
      writeFileSync(cluster.hba, before)
      await root.query('SELECT pg_reload_conf()')
    }
  })
}
