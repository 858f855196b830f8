import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Context, ProviderError } from '../provider.ts'
import { explained } from './answers.ts'

const settings = { admin: 'rekey', adminSecret: 'redis-shop', template: 'shop_app' }
const context = { settings, signal: new AbortController().signal } as unknown as Context
const said = (message: string, more: object = {}) => {
  const error = Object.assign(new Error(message), more)
  const { code, message: text } = explained(error, context, { host: 'r-1', port: 6379 }) as ProviderError
  return `${code}: ${text}`
}

test('each answer names the node and what to mend', () => {
  const answers: [string, RegExp][] = [
    ['WRONGPASS invalid username-password pair', /^denied: Redis at r-1:6379: .*admin secret "redis-shop"/],
    [
      "NOPERM this user has no permissions to run the 'acl|log' command",
      /^denied: .*the right \+acl\|log.*docs\/providers/,
    ],
    ["NOPERM User rekey has no permissions to run the 'client|kill' command", /\+client\|kill/],
    ['NOAUTH Authentication required.', /^denied: /],
    ['DENIED Redis is running in protected mode', /^denied: .*protected mode/],
    ['LOADING Redis is loading the dataset in memory', /^unreachable: .*LOADING/],
    ['ERR max number of clients reached', /^unreachable: /],
    ["ERR unknown command 'ACL', with args beginning with: 'x'", /^rejected: .*6\.2 or newer/],
    ["ERR Error in ACL SETUSER modifier '+nosuch': Unknown command", /^rejected: .*ACL GETUSER shop_app/],
    ['Socket closed unexpectedly', /^unreachable: .*broke/],
    ['Disconnects client', /^unreachable: /],
  ]
  for (const [message, expected] of answers) assert.match(said(message), expected)
  assert.match(said('connect', { code: 'ECONNREFUSED' }), /^unreachable: /)
})

test('the server’s own text is not repeated: it holds what was sent', () => {
  assert.ok(!said("ERR something, with args beginning with: 'hunter2'").includes('hunter2'))
})
