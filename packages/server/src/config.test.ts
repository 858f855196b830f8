import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, readConfig } from './config.ts'

const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

test('without any setting it is an embedded store on loopback', () => {
  const config = readConfig({ PATH: '/bin' })
  assert.equal(config.host, '127.0.0.1')
  assert.equal(config.port, 7370)
  assert.equal(config.store, 'data/rekey.db')
})

test('all that is wrong is said at once', () => {
  const faults = faultsOf({ REKEY_PORT: '99999', REKEY_TICK_MS: 'often', REKEY_ORIGIN: 'has space' })
  assert.equal(faults.length, 3)
  for (const name of ['REKEY_PORT', 'REKEY_TICK_MS', 'REKEY_ORIGIN']) {
    assert.ok(
      faults.some(fault => fault.startsWith(name)),
      name,
    )
  }
})

test('a misspelt setting is refused with the list of those that exist', () => {
  const [fault = ''] = faultsOf({ REKEY_PROT: '1' })
  assert.match(fault, /REKEY_PROT is not a setting; .*REKEY_PORT/)
})

test('the variable that holds the root key is no misspelt setting', () => {
  assert.deepEqual(faultsOf({ REKEY_ROOT_KEY: 'x' }), [])
  assert.deepEqual(faultsOf({ REKEY_ROOT_KEY_VARIABLE: 'REKEY_MASTER', REKEY_MASTER: 'x' }), [])
})

test('a value is never repeated in a fault', () => {
  const faults = faultsOf({ REKEY_PORT: 'hunter2', REKEY_ROOT_KEY_COMMAND: 'op read hunter2' })
  assert.equal(faults.length, 2)
  assert.ok(!faults.join().includes('hunter2'))
})
