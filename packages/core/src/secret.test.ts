import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { format, inspect } from 'node:util'
import { Secret } from './secret.ts'

const value = 'sk-live-4711'
const secret = new Secret(value)

describe('a secret', () => {
  const ways: Record<string, () => string> = {
    'in a template': () => `${secret}`,
    'joined to text': () => `key ${String(secret)}`,
    'as a number': () => String(Number(secret as unknown as number)),
    'as JSON': () => JSON.stringify(secret),
    'as JSON, deep inside': () => JSON.stringify({ config: [{ secret }] }),
    'by toLocaleString': () => (secret as object).toLocaleString(),
    'by inspect': () => inspect({ secret }, { depth: null }),
    'by inspect that shows what is hidden': () => inspect(secret, { showHidden: true, getters: true }),
    'by inspect without custom rules': () => inspect(secret, { customInspect: false, showHidden: true }),
    'by format': () => format('%s %o %O %j', secret, secret, secret, secret),
    'in an error': () => inspect(new Error('failed', { cause: secret })),
    'spread open': () => JSON.stringify({ ...secret }),
    'by its keys': () => JSON.stringify(Reflect.ownKeys(secret)),
    cloned: () => inspect(structuredClone(secret)),
    assigned: () => inspect(Object.assign({}, secret)),
  }
  for (const [way, shown] of Object.entries(ways)) {
    test(`is not shown ${way}`, () => {
      const text = shown()
      assert.ok(text.length > 0)
      assert.ok(!text.includes(value) && !text.includes('4711'), text)
    })
  }

  test('is not printed by the console', t => {
    const written: string[] = []
    t.mock.method(process.stdout, 'write', (chunk: unknown) => written.push(String(chunk)) > 0)
    console.log(secret, { secret }, [secret])
    t.mock.restoreAll()
    assert.equal(written.join('').match(/\[secret\]/g)?.length, 3)
    assert.ok(!written.join('').includes(value))
  })

  test('is not equal to its value, nor to another secret of the same value', () => {
    const other: unknown = new Secret(value)
    // biome-ignore lint/suspicious/noDoubleEquals: comparing by accident is what is tried here
    assert.equal((secret as unknown) == value, false)
    // biome-ignore lint/suspicious/noDoubleEquals: comparing by accident is what is tried here
    assert.equal((secret as unknown) == other, false)
  })

  test('a copy of it holds nothing that could be revealed', () => {
    const copies = [{ ...secret }, structuredClone(secret), Object.create(secret)] as Partial<Secret>[]
    for (const copy of copies) assert.throws(() => copy.reveal?.call(copy) ?? assert.fail('no reveal'))
  })

  test('comes out by reveal() alone, and is never empty', () => {
    assert.equal(secret.reveal(), value)
    assert.throws(() => new Secret(''), TypeError)
  })
})
