// Where one is: the part of the address behind `#`, which works behind any path prefix and is not sent to a server. `#/a/b?c=d`.
import { useSyncExternalStore } from 'react'

export interface Address {
  /** `/rotations/x/ledger` as three parts, decoded. */
  parts: readonly string[]
  query: URLSearchParams
}

export function readAddress(hash: string): Address {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?')
  const parts = path.split('/').filter(Boolean).map(decoded)
  return { parts, query: new URLSearchParams(search) }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** A link to a page: parts are escaped, so that a name with a slash or markup in it is still a name. */
export function to(...parts: readonly (string | number)[]): string {
  return `#/${parts.map(one => encodeURIComponent(String(one))).join('/')}`
}

export function withQuery(address: string, query: Record<string, string | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, value)
  return search.size === 0 ? address : `${address}?${search}`
}

export function go(address: string): void {
  location.hash = address.replace(/^#/, '')
}

/** Changes what is behind the `?` without another entry in the history: filters, searches. */
export function setQuery(query: Record<string, string | undefined>): void {
  const now = readAddress(location.hash)
  const merged = { ...Object.fromEntries(now.query), ...query }
  history.replaceState(null, '', withQuery(to(...now.parts), merged))
  dispatchEvent(new HashChangeEvent('hashchange'))
}

function watch(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

let last = { hash: '', address: readAddress('') }
function now(): Address {
  if (last.hash !== location.hash) last = { hash: location.hash, address: readAddress(location.hash) }
  return last.address
}

export const useAddress = (): Address => useSyncExternalStore(watch, now)
