// Addresses and ranges of them: IPv4 and IPv6 as text (RFC 4291, RFC 5952), ranges with a prefix length (RFC 4632). Pure, as the core is.
export interface Address {
  family: 4 | 6
  bits: bigint
}

export interface Range extends Address {
  prefix: number
}

const widthOf = { 4: 32, 6: 128 } as const

/** null: no address. One of IPv4 that is written as IPv6 is one of IPv4. */
export function parseAddress(text: string): Address | null {
  if (text.length > 45) return null
  if (!text.includes(':')) {
    const bits = v4(text)
    return bits === null ? null : { family: 4, bits }
  }
  const bits = v6(text)
  if (bits === null) return null
  return bits >> 32n === 0xffffn ? { family: 4, bits: bits & 0xffff_ffffn } : { family: 6, bits }
}

export function parseRange(text: string): Range | null {
  const [address, length, ...rest] = text.split('/')
  const parsed = rest.length > 0 ? null : parseAddress(address ?? '')
  if (parsed === null) return null
  const width = widthOf[parsed.family]
  if (length === undefined) return { ...parsed, prefix: width }
  if (!/^\d{1,3}$/.test(length) || Number(length) > width) return null
  return { ...parsed, prefix: Number(length) }
}

export function isWithin({ family, bits }: Address, range: Range): boolean {
  if (family !== range.family) return false
  const shift = BigInt(widthOf[family] - range.prefix)
  return bits >> shift === range.bits >> shift
}

/** The network that it is in, as far as anybody can tell from outside: /24, and /48 of IPv6. */
export function networkOf({ family, bits }: Address): string {
  return family === 4 ? `4/${bits >> 8n}` : `6/${bits >> 80n}`
}

function v4(text: string): bigint | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  let bits = 0n
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null
    bits = (bits << 8n) | BigInt(part)
  }
  return bits
}

function v6(text: string): bigint | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [left, right] = halves.map(groupsOf)
  if (left == null || right === null) return null
  const missing = 8 - left.length - (right?.length ?? 0)
  if (right === undefined ? missing !== 0 : missing < 1) return null
  const groups = [...left, ...Array<bigint>(missing).fill(0n), ...(right ?? [])]
  return groups.reduce((bits, group) => (bits << 16n) | group, 0n)
}

function groupsOf(text: string): bigint[] | null {
  if (text === '') return []
  const parts = text.split(':')
  const groups: bigint[] = []
  for (const [at, part] of parts.entries()) {
    if (part.includes('.') && at === parts.length - 1) {
      const last = v4(part)
      if (last === null) return null
      groups.push(last >> 16n, last & 0xffffn)
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`))
    else return null
  }
  return groups
}
