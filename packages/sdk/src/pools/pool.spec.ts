import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { pause, type TestPlane, until, withPlane } from '../fixtures.ts'
import type { Credential } from '../index.ts'
import { eventually, Load, present } from './fixtures.ts'
import type { LenderOptions } from './lender.ts'

/** What every pool of lent connections keeps, tried at its own server. */
export interface Tried {
  title: string
  pool(credential: Credential, options: LenderOptions): TriedPool
  mint(login: string, value: string): Promise<void>
  revoke(login: string): Promise<void>
  /** Asked of the server itself. */
  connected(login: string): Promise<number>
  /** The first column of the first row is the login; it takes a hundredth of a second. */
  slowly: string
}

export interface TriedPool {
  /** Whoever was it who asked, as the server knows him. */
  who(text?: string): Promise<string>
  connect(): Promise<{
    who(text?: string): Promise<string>
    command(text: string): Promise<unknown>
    release(): void
  }>
  end(): Promise<void>
  total(): number
  [Symbol.asyncDispose](): Promise<void>
}

let made = 0

export function poolSpec({ title, pool: makePool, mint, revoke, connected, slowly }: Tried): void {
  /** Logins of their own for each version of one credential. */
  const prepare = async (plane: TestPlane, ...versions: number[]) => {
    const name = `app${++made}`
    const login = (version: number) => `${name}_${version}`
    const value = (version: number) => `s3cret-${name}-${version}`
    for (const version of versions) await mint(login(version), value(version))
    const assign = (version: number, more = {}) =>
      plane.assign('db', version, { handle: login(version), value: value(version), ...more })
    return { login, value, assign }
  }

  test(`${title}: under constant load it moves to the new version without one failure, and every query is reported with its own`, () =>
    withPlane(async (plane, rekey) => {
      const { login, assign } = await prepare(plane, 1, 2)
      assign(1)
      await using pool = makePool(rekey.credential('db'), { max: 4, drainMs: 2_000 })
      const used: Record<string, number> = {}
      const count = (who: string, times: number) => {
        used[who] = (used[who] ?? 0) + times
      }
      await using load = new Load(8, async loop => {
        if (loop < 6) return count(await pool.who(), 1)
        const client = await pool.connect()
        try {
          await client.command('BEGIN')
          count(await client.who(slowly), 3)
          await client.command('COMMIT')
        } finally {
          client.release()
        }
      })
      await until(() => load.done > 100)
      let most = 0
      assign(2)
      await until(() => plane.uses('success', 2) > 0)
      for (let old = 1; old > 0; ) {
        old = await connected(login(1))
        most = Math.max(most, old + (await connected(login(2))))
      }
      await revoke(login(1))
      const before = load.done
      await until(() => load.done > before + 100)
      await load.stop()
      assert.deepEqual(load.failed, [])
      assert.ok(most <= 4 + 1, `never more than max, but for one that is just being closed: ${most}`)
      await rekey.flush()
      for (const version of [1, 2]) {
        // A login is a use as well.
        const logins = plane.uses('success', version) - (used[login(version)] ?? 0)
        assert.ok(logins >= 1 && logins <= 8, `${logins} logins with version ${version}`)
      }
      const all = plane.said('used').reduce((sum, one) => sum + (one.times ?? 1), 0)
      assert.equal(all, plane.uses('success'), 'nothing was refused or failed')
      assert.deepEqual(present(plane), [2])
      await pool.end()
      await eventually(async () => assert.equal(await connected(login(2)), 0))
    }))

  test(`${title}: idle connections are closed at once, one that is lent finishes, and until then the old version is reported as held`, () =>
    withPlane(async (plane, rekey) => {
      const { login, assign } = await prepare(plane, 1, 2)
      assign(1)
      await using pool = makePool(rekey.credential('db'), { max: 3, drainMs: 5_000 })
      const clients = await Promise.all([pool.connect(), pool.connect(), pool.connect()])
      await clients[0].command('BEGIN')
      for (const client of clients.slice(1)) client.release()
      assert.equal(await connected(login(1)), 3)
      await until(() => plane.streams.size === 1)
      assign(2)
      await eventually(async () => assert.equal(await connected(login(1)), 1))
      assert.equal(await pool.who(), login(2))
      await rekey.flush()
      assert.deepEqual(present(plane), [1, 2])
      assert.equal(await clients[0].who(), login(1))
      await clients[0].command('COMMIT')
      clients[0].release()
      await eventually(async () => assert.equal(await connected(login(1)), 0))
      await until(() => plane.batches.length > 0 && present(plane).join() === '2')
      assert.equal(plane.steps[0]?.step, 'announced')
      assert.equal(plane.uses('success', 1), 3 + 3)
      await assert.rejects(async () => clients[0].who(), { code: 'connection-released' })
      await pool.end()
    }))

  test(`${title}: what is still lent when drainMs is over is closed, whatever goes on`, () =>
    withPlane(async (plane, rekey) => {
      const { login, assign } = await prepare(plane, 1, 2)
      assign(1)
      await using pool = makePool(rekey.credential('db'), { drainMs: 150 })
      const client = await pool.connect()
      await until(() => plane.streams.size === 1)
      const beganMs = performance.now()
      assign(2)
      await assert.rejects(
        (async () => {
          for (;;) await client.who(slowly)
        })(),
      )
      assert.ok(performance.now() - beganMs > 140)
      await eventually(async () => assert.equal(await connected(login(1)), 0))
      client.release()
      assert.equal(await pool.who(), login(2))
      await until(() => present(plane).join() === '2')
      await pool.end()
    }))

  test(`${title}: a version that the control plane takes away is let go of at once`, () =>
    withPlane(async (plane, rekey) => {
      const { login, assign } = await prepare(plane, 1, 2)
      assign(1)
      await using pool = makePool(rekey.credential('db'), { drainMs: 20_000 })
      const client = await pool.connect()
      await until(() => plane.streams.size === 1)
      assign(2, { accepted: [2] })
      await eventually(async () => assert.equal(await connected(login(1)), 0))
      await assert.rejects(async () => client.who())
      client.release()
      await until(() => plane.batches.length > 0 && present(plane).join() === '2')
      await pool.end()
    }))

  test(`${title}: connections of a version that is killed are closed at once, idle or not, and no new one is opened with it`, () =>
    withPlane(async (plane, rekey) => {
      const { login, assign } = await prepare(plane, 1, 2)
      assign(1)
      await using pool = makePool(rekey.credential('db'), { drainMs: 20_000 })
      const clients = await Promise.all([pool.connect(), pool.connect(), pool.connect()])
      clients[2].release()
      const going = (async () => {
        for (;;) await clients[0].who(slowly)
      })()
      going.catch(() => undefined)
      await until(() => plane.streams.size === 1)
      const beganMs = performance.now()
      plane.kill('db', 1)
      await assert.rejects(going)
      await eventually(async () => assert.equal(await connected(login(1)), 0))
      assert.ok(performance.now() - beganMs < 2_000)
      await assert.rejects(pool.who(), { code: 'version-killed' })
      await until(() => plane.orders.answers.length === 1)
      assert.equal(plane.orders.answers[0]!.held, 'true')
      for (const client of clients.slice(0, 2)) client.release()
      await rekey.flush()
      assert.deepEqual(present(plane), [])
      assign(2)
      await until(() => rekey.readiness().ready)
      assert.equal(await pool.who(), login(2))
      await pool.end()
    }))

  test(`${title}: a refused login asks for a newer version and is tried once more; a query never knows of it`, () =>
    withPlane(
      async (plane, rekey) => {
        const { login, assign } = await prepare(plane, 1, 2)
        assign(1)
        await using pool = makePool(rekey.credential('db'), { idleMs: 1 })
        assert.equal(await pool.who(), login(1))
        await eventually(async () => assert.equal(await connected(login(1)), 0))
        await revoke(login(1))
        await assert.rejects(pool.who(), 'there is no newer one')
        assign(2)
        await pause(1_000)
        assert.equal(await pool.who(), login(2))
        await rekey.flush()
        assert.deepEqual([plane.uses('auth-failure', 1), plane.uses('success', 1)], [2, 2])
        assert.deepEqual([plane.uses('auth-failure', 2), plane.uses('success', 2)], [0, 2])
        await pool.end()
      },
      { changes: 'none' },
    ))

  test(`${title}: whoever finds no connection free waits, and after waitMs is told what to do`, () =>
    withPlane(async (plane, rekey) => {
      const { login, assign, value } = await prepare(plane, 1)
      assign(1)
      await using pool = makePool(rekey.credential('db'), { max: 1, waitMs: 60 })
      const client = await pool.connect()
      const waiting = pool.who()
      client.release()
      assert.equal(await waiting, login(1))
      const again = await pool.connect()
      await assert.rejects(pool.who(), { code: 'pool-busy' })
      assert.ok(!inspect({ pool, again }, { depth: 3 }).includes(value(1)))
      const ended = pool.end()
      await assert.rejects(pool.who(), { code: 'pool-ended' })
      again.release()
      await ended
      assert.equal(pool.total(), 0)
    }))

  test(`${title}: a query that fails leaves its connection as it was, and is no failure of the credential`, () =>
    withPlane(async (plane, rekey) => {
      const { assign } = await prepare(plane, 1)
      assign(1)
      await using pool = makePool(rekey.credential('db'), { max: 1 })
      for (let n = 0; n < 3; n++) await assert.rejects(pool.who('SELECT nothing FROM nowhere'))
      await rekey.flush()
      assert.deepEqual([plane.uses('payload-error', 1), plane.uses('success', 1)], [3, 1], 'one login')
      await pool.end()
    }))
}
