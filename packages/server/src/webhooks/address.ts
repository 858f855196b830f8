// May something be sent to an address that somebody typed in? Not into our own network, unless whoever runs Rekey allows it, and never
// to where machines keep their own credentials. A name is asked for once and every address of it must be allowed; the
// connection then goes to one of these and not to what the name says a moment later.
import { lookup as systemLookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { type Place, placeOf } from './ranges.ts'

export interface AddressRules {
  allowPrivate: boolean
}

export interface AddressFault {
  ok: false
  code:
    | 'bad-address'
    | 'not-encrypted'
    | 'user-in-address'
    | 'bad-port'
    | 'private-address'
    | 'forbidden-address'
    | 'not-found'
  text: string
  how: string
}

export interface Resolved {
  address: string
  family: 4 | 6
}

/** As `lookup` of node:dns/promises with `all`. */
export type Lookup = (hostname: string) => Promise<{ address: string; family: number }[]>

const longestUrl = 2_048

export function checkAddress(text: string, rules: AddressRules): { ok: true; url: URL } | AddressFault {
  const url = text.length <= longestUrl ? URL.parse(text) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return fault('bad-address', 'the address is not one of the web', 'Write it as https://host/path.')
  }
  if (url.username !== '' || url.password !== '') {
    const how = 'Leave it out: what is sent is signed, and needs no password.'
    return fault('user-in-address', 'the address holds a user or a password', how)
  }
  const host = hostOf(url)
  if (url.protocol === 'http:' && !(rules.allowPrivate && isLoopbackHost(host))) {
    return notEncrypted()
  }
  if (!isPort(url))
    return fault('bad-port', 'the port belongs to something else', 'Use 443, or one from 1024 on.')
  const place = isIP(host) !== 0 ? placeOf(host) : isLoopbackHost(host) ? 'loopback' : 'public'
  return refusedPlace(place, rules) ?? { ok: true, url }
}

/** All of its addresses, if every one of them is allowed. */
export async function resolveSafely(
  hostname: string,
  lookup: Lookup,
  rules: AddressRules,
): Promise<{ ok: true; addresses: [Resolved, ...Resolved[]] } | AddressFault> {
  const found = isIP(hostname) !== 0 ? [{ address: hostname }] : await lookup(hostname).catch(() => [])
  const [first, ...rest] = found.map(
    ({ address }): Resolved => ({ address, family: isIP(address) === 6 ? 6 : 4 }),
  )
  if (first === undefined) {
    return fault('not-found', 'no address is known under this name', 'Look for a mistake in the name.')
  }
  for (const { address } of [first, ...rest]) {
    const refused = refusedPlace(placeOf(address), rules)
    if (refused !== null) return refused
  }
  return { ok: true, addresses: [first, ...rest] }
}

/** The same for an address that was checked. "localhost" may be anybody, if the resolver says so; unencrypted it is to be this machine. */
export async function resolveUrl(
  url: URL,
  lookup: Lookup,
  rules: AddressRules,
): ReturnType<typeof resolveSafely> {
  const resolved = await resolveSafely(hostOf(url), lookup, rules)
  const isPlain = url.protocol === 'http:'
  if (isPlain && resolved.ok && !resolved.addresses.every(({ address }) => isLoopbackHost(address)))
    return notEncrypted()
  return resolved
}

/** Node asks for one address, or for all of them to try one after the other: it gets those that were checked. */
export function pinnedTo([first, ...rest]: [Resolved, ...Resolved[]]): LookupFunction {
  return (_hostname, options, callback) => {
    if (options.all === true) callback(null, [first, ...rest])
    else callback(null, first.address, first.family)
  }
}

export const lookupBySystem: Lookup = hostname => systemLookup(hostname, { all: true })

/** Without brackets, and without the dot that may end a name. */
const hostOf = ({ hostname }: URL) => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')

const isLoopbackHost = (host: string) =>
  host === 'localhost' || host.endsWith('.localhost') || placeOf(host) === 'loopback'

function refusedPlace(place: Place, { allowPrivate }: AddressRules): AddressFault | null {
  if (place === 'public' || (place !== 'forbidden' && allowPrivate)) return null
  if (place === 'forbidden') {
    return fault(
      'forbidden-address',
      'nothing is sent to such an address',
      'Use the address of the receiver itself.',
    )
  }
  const how = 'Use one that is reachable from outside, or have whoever runs Rekey allow private addresses.'
  return fault('private-address', 'the address is in a private network', how)
}

/** Below 1024 other protocols listen, some of which can be talked into doing things. */
function isPort({ port, protocol }: URL): boolean {
  const number = port === '' ? 443 : Number(port)
  return number === 443 || number >= 1_024 || (number === 80 && protocol === 'http:')
}

const notEncrypted = () => fault('not-encrypted', 'the address is not encrypted', 'Begin it with https://.')

const fault = (code: AddressFault['code'], text: string, how: string): AddressFault => ({
  ok: false,
  code,
  text,
  how,
})
