import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Place, placeOf } from './ranges.ts'

const places: Record<Place, string[]> = {
  public: [
    ...[
      '8.8.8.8',
      '1.1.1.1',
      '100.63.255.255',
      '100.128.0.0',
      '172.15.255.255',
      '172.32.0.0',
      '192.167.255.255',
    ],
    ...['198.17.255.255', '198.20.0.0', '223.255.255.255', '169.253.255.255', '11.0.0.0', '126.255.255.255'],
    ...['2606:4700:4700::1111', '2001:4860:4860::8888', '2a00::1', '2003::1'],
    ...['::ffff:8.8.8.8', '::ffff:808:808', '64:ff9b::8.8.8.8'],
  ],
  loopback: ['127.0.0.1', '127.255.255.255', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::ffff:7f00:1'],
  private: [
    ...[
      '10.0.0.0',
      '10.255.255.255',
      '172.16.0.0',
      '172.31.255.255',
      '192.168.0.1',
      '100.64.0.0',
      '100.127.255.255',
    ],
    ...['fc00::', 'fdff::1', 'fd12:3456:789a::1', '::ffff:10.1.2.3', '::ffff:c0a8:1'],
  ],
  forbidden: [
    ...[
      '0.0.0.0',
      '0.255.255.255',
      '169.254.169.254',
      '192.0.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '198.19.255.255',
    ],
    ...['198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
    ...[
      '192.88.99.1',
      '100.100.100.200',
      '::',
      '::ffff:0.0.0.0',
      '::ffff:169.254.169.254',
      '::ffff:a9fe:a9fe',
    ],
    ...[
      'fe80::1',
      'febf::1',
      'fec0::1',
      'ff02::1',
      '2001:db8::1',
      '2001::1',
      '2002:7f00:1::',
      '2002:808:808::',
    ],
    ...['3fff::1', '100::1', '5f00::1', '64:ff9b:1::1', '::127.0.0.1', '::8.8.8.8', 'fd00:ec2::254'],
    ...['64:ff9b::10.0.0.1', '64:ff9b::127.0.0.1', '64:ff9b::169.254.169.254', '64:ff9b::a00:1', '64:ff9b::'],
    ...['fe80::1%eth0', '2606:4700::1%lo', '::1%1'],
    ...['', 'localhost', '8.8.8', '08.8.8.8', '0x7f.0.0.1', '2130706433', '[::1]', '8.8.8.8 '],
  ],
}

for (const [place, addresses] of Object.entries(places)) {
  test(`these addresses are ${place}`, () => {
    for (const address of addresses) assert.equal(placeOf(address), place, address)
  })
}

test('an IPv4 address is judged the same when it is written as one of IPv6', () => {
  fc.assert(
    fc.property(fc.ipV4(), address => {
      const hex = address.split('.').map(part => Number(part).toString(16).padStart(2, '0'))
      const written = [
        `::ffff:${address}`,
        `::ffff:${hex[0]}${hex[1]}:${hex[2]}${hex[3]}`,
        `0:0:0:0:0:FFFF:${address}`,
      ]
      const place = placeOf(address)
      return (
        written.every(one => placeOf(one) === place) &&
        placeOf(`64:ff9b::${address}`) === (place === 'public' ? 'public' : 'forbidden')
      )
    }),
  )
})

test('no text at all is out on the internet unless it is an address', () => {
  fc.assert(fc.property(fc.string(), text => /^[\d.:a-f]+$/i.test(text) || placeOf(text) === 'forbidden'))
})
