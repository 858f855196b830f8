// C2SP tlog-tiles, log entries: a bundle is up to 256 entries one after the other, each behind its length in two bytes.
// An entry that does not fit its length field belongs elsewhere, and only its hash in the log.
import { LogError } from './error.ts'
import { tileWidth } from './tile.ts'

export const maxEntryBytes = 65_535

export function checkEntry(entry: Uint8Array): void {
  if (entry.length > maxEntryBytes) {
    const why = `an entry has at most ${maxEntryBytes} bytes, this one ${entry.length}: keep it elsewhere, log its hash`
    throw new LogError('entry-too-large', why)
  }
}

export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length < 1 || entries.length > tileWidth)
    throw new LogError('bad-bundle', `a bundle holds 1 to ${tileWidth} entries, not ${entries.length}`)
  for (const entry of entries) checkEntry(entry)
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0))
  let at = 0
  for (const entry of entries) {
    bytes[at] = entry.length >> 8
    bytes[at + 1] = entry.length & 0xff
    bytes.set(entry, at + 2)
    at += 2 + entry.length
  }
  return bytes
}

export function decodeBundle(bytes: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const start = at + 2
    const end = start + (bytes[at]! << 8) + (bytes[at + 1] ?? 0)
    if (end > bytes.length) throw new LogError('bad-bundle', `the bundle ends inside entry ${entries.length}`)
    if (entries.length === tileWidth)
      throw new LogError('bad-bundle', `a bundle holds at most ${tileWidth} entries`)
    entries.push(new Uint8Array(bytes.subarray(start, end)))
    at = end
  }
  if (entries.length === 0) throw new LogError('bad-bundle', 'the bundle is empty')
  return entries
}
