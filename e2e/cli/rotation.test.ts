// The command line against a control plane in a process of its own: a whole rotation, a value, a proof and a kill.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { documents, openPlace, type Place } from './place.ts'
import { shellIn } from './typed.ts'

describe('a rotation, and a kill', { timeout: 300_000 }, () => {
  let place: Place
  before(async () => {
    place = await openPlace()
    await place.signIn()
    const applied = await place.shell.rekey(['apply', '-f', place.file('a.jsonc', documents(place.keys))])
    assert.equal(applied.code, 0, applied.err)
  })
  after(() => place.end())

  test('what was registered without a value is given its first version, and that is watched to its end', async () => {
    const watch = ['rotation', 'watch', 'documents', '--every', '300ms', '--within', '50s']
    const watched = await place.until(watch, ({ code }) => code === 0)
    assert.match(watched.out, /documents {2}– → v1|new null → \{"version":1/)
    assert.equal(readdirSync(place.keys).length, 1)
  })

  test('a rotation is refused while gates refuse, proved by a person’s word, and retired', async () => {
    const { shell, until } = place
    const plan = await shell.rekey(['rotation', 'open', 'documents', '--dry-run'])
    assert.match(plan.out, /What each owes/)
    const opened = await shell.rekey([
      'rotation',
      'open',
      'documents',
      '--reason',
      'every month',
      '--override',
      'usage-unseen',
    ])
    assert.equal(opened.code, 0, opened.err)
    const isMoved = (one: { json<T>(): T }) => {
      const { assignments } = one.json<{ assignments: { side: string }[] }>()
      return assignments.length > 0 && assignments.every(({ side }) => side === 'new')
    }
    await until(['rotation', 'show', 'documents', '--json'], isMoved)
    const gates = await shell.rekey(['rotation', 'gates', 'documents'])
    assert.equal(gates.code, 3, gates.err)
    assert.match(gates.out, /refuses +freshSuccess/)
    const early = await shell.rekey(['rotation', 'retire', 'documents', '--yes'])
    assert.equal(early.code, 3, early.out)
    const saw = ['--saw', 'success', '--version', '2', '--reason', 'I have read a document']
    assert.equal((await shell.rekey(['consumer', 'attest', 'documents', 'reader', ...saw])).code, 0)
    const ledger = await shell.rekey(['rotation', 'ledger', 'documents', '--why'])
    assert.match(ledger.out, /reader +– +– +v2 +new/)
    for (const gate of ['quiet', 'telemetry', 'truth', 'refreshed']) {
      const over = await shell.rekey([
        'rotation',
        'override',
        'documents',
        gate,
        '--reason',
        'a person looks at it',
        '--yes',
      ])
      assert.equal(over.code, 0, over.err)
    }
    const waits = await shell.rekey(['rotation', 'watch', 'documents', '--every', '300ms', '--within', '60s'])
    assert.equal(waits.code, 4, `${waits.out}${waits.err}`)
    const retired = await shell.rekey(['rotation', 'retire', 'documents', '--yes'])
    assert.equal(retired.code, 0, retired.err)
    const versions = (await shell.rekey(['credential', 'versions', 'documents', '--json'])).json<{
      items: { number: number }[]
    }>()
    assert.deepEqual(versions.items.map(one => one.number).sort(), [1, 2])
  })

  test('a value is shown to whoever says why, and nowhere else', async () => {
    const { shell } = place
    const reveal = ['credential', 'reveal', 'documents', '2', '--reason', 'to compare it', '--yes']
    const shown = await shell.rekey([...reveal, '--force-print'])
    assert.equal(shown.code, 0, shown.err)
    assert.match(shown.out, /^\S{20,}$/)
    assert.equal((await shell.rekey(reveal)).code, 64)
    assert.ok(!(await shell.rekey(['credential', 'show', 'documents', '--json'])).out.includes(shown.out))
  })

  test('an event is proved offline, with the key that was kept; another one is not', async () => {
    const { file, home, script, shell } = place
    const key = file('log.key', (await shell.rekey(['log', 'checkpoint', '--key'])).out)
    const { items } = (await script().rekey(['api', 'GET', '/events?limit=5'])).json<{
      items: { position: number }[]
    }>()
    const [, one, other] = items.map(event => String(event.position))
    const proof = await shell.rekey(['log', 'proof', one!, '--out', `${home}/proof.json`])
    assert.equal(proof.code, 0, proof.err)
    const right = file('event.json', (await shell.rekey(['event', 'show', one!, '--json'])).out)
    const wrong = file('other.json', (await shell.rekey(['event', 'show', other!, '--json'])).out)
    const offline = shellIn(home, { REKEY_URL: 'http://127.0.0.1:9' })
    const verify = ['log', 'verify', `${home}/proof.json`, '--key-file', key]
    const proved = await offline.rekey([...verify, '--event', right])
    assert.equal(proved.code, 0, `${proved.out}${proved.err}`)
    assert.match(proved.out, /Proved: it is in the log\./)
    const not = await offline.rekey([...verify, '--event', wrong])
    assert.equal(not.code, 1)
    assert.match(not.out, /Not proved/)
    file('log.key', 'another.log+00000000+AQ==')
    assert.notEqual((await offline.rekey(verify)).code, 0)
  })

  test('a kill is ordered, and what came of it can be looked at', async () => {
    const { shell } = place
    const order = [
      'kill',
      'order',
      'documents',
      '2',
      '--reason',
      'found in a log',
      '--yes',
      '--wait',
      '20s',
      '--json',
    ]
    const killed = await shell.rekey(order)
    assert.ok(killed.code === 0 || killed.code === 4, killed.err)
    const { id } = killed.json<{ id: string }>()
    assert.match((await shell.rekey(['kill', 'report', id])).out, /^# /)
    assert.match((await shell.rekey(['credential', 'versions', 'documents'])).out, /v2 +killed/)
    assert.equal(
      (await shell.rekey(['kill', 'order', 'nothing', '--reason', 'is it there?', '--yes'])).code,
      1,
    )
  })
})
