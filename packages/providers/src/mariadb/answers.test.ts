import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Context, ProviderError } from '../provider.ts'
import { explained } from './answers.ts'

const settings = { admin: 'rekey', adminSecret: 'db-shop', role: 'shop_app' }
const context = { settings, signal: new AbortController().signal } as unknown as Context
const said = (error: object) => {
  const { code, message } = explained(Object.assign(new Error(), error), context, {
    host: 'db-1',
    port: 3306,
  }) as ProviderError
  return `${code}: ${message}`
}

test('each answer names the node and what to mend', () => {
  const answers: [object, RegExp][] = [
    [{ errno: 1045 }, /^denied: MariaDB at db-1:3306: .*admin secret "db-shop"/],
    [{ errno: 1698 }, /^denied: .*GRANT shop_app TO rekey WITH ADMIN OPTION/],
    [{ errno: 1227, message: 'you need the PROCESS privilege' }, /^denied: .*PROCESS.*docs\/providers/],
    [{ errno: 1959 }, /^rejected: .*CREATE ROLE shop_app/],
    [{ errno: 1146 }, /^rejected: .*not MariaDB 10.4/],
    [{ errno: 1290, message: 'with --strict-password-validation' }, /^rejected: .*policy of passwords/],
    [{ errno: 1290, message: 'with --read-only' }, /^unreachable: .*no writes/],
    [{ errno: 1040 }, /^unreachable: /],
    [{ code: 'PROTOCOL_CONNECTION_LOST' }, /^unreachable: .*broke/],
    [{ code: 'HANDSHAKE_NO_SSL_SUPPORT' }, /^denied: .*"tls"/],
    [{ code: 'HANDSHAKE_SSL_ERROR' }, /^denied: .*"ca"/],
    [{ code: 'HANDSHAKE_SSL_ERROR', syscall: 'read' }, /^unreachable: /],
    [{ code: 'ECONNREFUSED' }, /^unreachable: /],
    [{ errno: 1064 }, /^unexpected: .*1064/],
  ]
  for (const [error, expected] of answers) assert.match(said(error), expected)
})

test('an answer that is not known is not repeated: it may hold what was sent', () => {
  assert.ok(!said({ errno: 1064, message: "near 'hunter2'" }).includes('hunter2'))
})
