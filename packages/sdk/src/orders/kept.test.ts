import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { TestOrders } from '../fixture-orders.ts'
import { OrderFile } from './file.ts'
import { type KeptOrders, KeyRing, OrderReceiver } from './index.ts'

async function inFolder(run: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-orders-'))
  try {
    await run(join(folder, 'orders'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

test('what was kept is known to the next process: the ring, what it revoked, and who is dead', () =>
  inFolder(async path => {
    const orders = new TestOrders()
    const file = new OrderFile(path)
    const before = new OrderReceiver({ keep: kept => file.save(kept) })
    await before.takeRing(orders.rings[0]!)
    const old = orders.active
    await before.takeRing(orders.replace())
    const { text } = orders.kill('docs', 1)
    await before.take(text)
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    const after = new OrderReceiver()
    assert.ok(await after.restore((await new OrderFile(path).read())!))
    assert.ok(after.isDenied('docs', 1))
    assert.equal((await after.take(text)).repeated, true)
    assert.equal((await after.take(orders.order('docs', 2, { by: old }))).why, 'revoked-key')
    assert.deepEqual(await readdir(join(path, '..')), ['orders'])
  }))

test('a file of which a letter was changed, a part is missing or another one stands there, is an error and never an empty one', () =>
  inFolder(async path => {
    const orders = new TestOrders()
    const file = new OrderFile(path)
    assert.equal(await file.read(), null, 'none yet is no damage')
    const receiver = new OrderReceiver({ keep: kept => file.save(kept) })
    await receiver.takeRing(orders.rings[0]!)
    await receiver.take(orders.kill('docs', 1).text)
    const whole = await readFile(path, 'utf8')
    const damaged = [
      '',
      '{}',
      whole.replace('"docs"', '"dogs"'),
      whole.slice(0, -1),
      whole.slice(0, whole.length / 2),
      whole.slice(10),
      `${whole}${whole}`,
      `${whole} `,
    ]
    for (const text of damaged) {
      await writeFile(path, text)
      await assert.rejects(file.read(), { code: 'orders-file' })
      await assert.rejects(file.save(receiver.kept), { code: 'orders-file' }, 'it is not written over')
      assert.equal(await readFile(path, 'utf8'), text)
    }
  }))

test('several processes with one file lose nothing of each other, and many at once are written together', () =>
  inFolder(async path => {
    const orders = new TestOrders()
    const ring = (await KeyRing.first(orders.rings[0]!)) as KeyRing
    let saved = 0
    const receivers = Array.from({ length: 4 }, () => {
      const file = new OrderFile(path)
      return new OrderReceiver({
        ring,
        keep: (kept: KeptOrders) => {
          saved++
          return file.save(kept)
        },
      })
    })
    const taken = Array.from({ length: 80 }, (_, at) =>
      receivers[at % 4]!.take(orders.kill('docs', at + 1).text),
    )
    assert.ok((await Promise.all(taken)).every(one => one.said === 'applied'))
    assert.equal(saved, 80)
    const after = new OrderReceiver()
    await after.restore((await new OrderFile(path).read())!)
    for (let version = 1; version <= 80; version++)
      assert.ok(after.isDenied('docs', version), String(version))
  }))

test('a ring that was kept is not believed when other keys are told beforehand, and who is dead stays dead', () =>
  inFolder(async path => {
    const orders = new TestOrders()
    const file = new OrderFile(path)
    const before = new OrderReceiver({ keep: kept => file.save(kept) })
    await before.takeRing(orders.rings[0]!)
    await before.take(orders.kill('docs', 1).text)
    const kept = (await file.read())!
    const same = new OrderReceiver({ pins: orders.pins.split(',') })
    assert.ok(await same.restore(kept))
    const other = new OrderReceiver({ pins: new TestOrders().pins.split(',') })
    assert.equal(await other.restore(kept), false)
    assert.equal(other.ring, null)
    assert.ok(other.isDenied('docs', 1))
  }))
