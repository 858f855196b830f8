import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isWithin, networkOf, parseAddress, parseRange } from './cidr.ts'

const within = (address: string, range: string) => isWithin(parseAddress(address)!, parseRange(range)!)

test('an address is within a range of its family that begins with the same bits', () => {
  assert.ok(within('10.1.2.3', '10.0.0.0/8'))
  assert.ok(!within('11.1.2.3', '10.0.0.0/8'))
  assert.ok(within('192.168.1.77', '192.168.1.64/26'))
  assert.ok(!within('192.168.1.128', '192.168.1.64/26'))
  assert.ok(within('2001:db8::1', '2001:db8::/32'))
  assert.ok(!within('2001:db9::1', '2001:db8::/32'))
  assert.ok(within('203.0.113.9', '0.0.0.0/0'))
  assert.ok(!within('203.0.113.9', '::/0'))
  assert.ok(within('203.0.113.9', '203.0.113.9'))
})

test('an address of IPv4 that is written as IPv6 is one of IPv4', () => {
  assert.ok(within('::ffff:10.1.2.3', '10.0.0.0/8'))
  assert.equal(networkOf(parseAddress('::ffff:10.1.2.3')!), networkOf(parseAddress('10.1.2.200')!))
})

test('what is no address, or no range, is null', () => {
  const no = [
    '',
    '10.0.0',
    '10.0.0.256',
    '01.2.3.4',
    '1.2.3.4.5',
    'web',
    ':',
    ':::',
    '1::2::3',
    '12345::',
    '1:2:3:4:5:6:7',
  ]
  for (const text of [...no, '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8', `${'1'.repeat(60)}`])
    assert.equal(parseAddress(text), null, text)
  for (const text of ['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::/129', 'web/8', '10.0.0.0/-1'])
    assert.equal(parseRange(text), null, text)
})
