// Which IP addresses are out on the internet (IANA's registries of special-purpose addresses, RFC 6890). In IPv6 only what was given out as
// global unicast counts as public; addresses that carry one of IPv4 are judged by that.
import { BlockList, isIP } from 'node:net'

export type Place =
  | 'public'
  /** Of this machine. */
  | 'loopback'
  /** Of this network: reachable on purpose, where somebody allowed it. */
  | 'private'
  /** Never a place to send anything: link-local (where clouds keep their machines' credentials), multicast, reserved. */
  | 'forbidden'

type Subnet = [net: string, prefix: number]

const loopback = blockList([['127.0.0.0', 8]], [['::1', 128]])

const privates = blockList(
  [
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
  ],
  [['fc00::', 7]],
)

const forbidden = blockList(
  [
    ['0.0.0.0', 8],
    ['100.100.100.200', 32], // Alibaba's metadata, inside a private range
    ['169.254.0.0', 16],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 3],
  ],
  [
    ['fd00:ec2::', 32], // the metadata of AWS, inside a private range
    ['2001::', 23],
    ['2001:db8::', 32],
    ['2002::', 16],
    ['3fff::', 20],
  ],
)

const globalUnicast = blockList([], [['2000::', 3]])

/** RFC 6052: what stands before the IPv4 address behind a translator. */
const nat64 = blockList([], [['64:ff9b::', 96]])
/** RFC 4291, 2.5.5.2: the same address as the IPv4 one within. */
const mapped = blockList([], [['::ffff:0:0', 96]])

/** What is no address, or names a zone, is forbidden. */
export function placeOf(address: string): Place {
  const family = isIP(address)
  if (family === 0 || address.includes('%')) return 'forbidden'
  if (family === 4) return placeOf4(address)
  if (mapped.check(address, 'ipv6')) return placeOf4(lastFour(address))
  if (nat64.check(address, 'ipv6')) return placeOf4(lastFour(address)) === 'public' ? 'public' : 'forbidden'
  if (forbidden.check(address, 'ipv6')) return 'forbidden'
  if (loopback.check(address, 'ipv6')) return 'loopback'
  if (privates.check(address, 'ipv6')) return 'private'
  return globalUnicast.check(address, 'ipv6') ? 'public' : 'forbidden'
}

function placeOf4(address: string): Place {
  if (forbidden.check(address)) return 'forbidden'
  if (loopback.check(address)) return 'loopback'
  return privates.check(address) ? 'private' : 'public'
}

/** The last 32 bits of an IPv6 address, as IPv4 writes them; the platform's URL parser brings every spelling into one. */
function lastFour(address: string): string {
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [low = '0', high = '0'] = written.split(':').reverse()
  return [high, low]
    .flatMap(part => [Number.parseInt(part || '0', 16) >> 8, Number.parseInt(part || '0', 16) & 255])
    .join('.')
}

function blockList(of4: readonly Subnet[], of6: readonly Subnet[]): BlockList {
  const list = new BlockList()
  for (const [net, prefix] of of4) list.addSubnet(net, prefix, 'ipv4')
  for (const [net, prefix] of of6) list.addSubnet(net, prefix, 'ipv6')
  return list
}
