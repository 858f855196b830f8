// The connections of a user, of every protocol and on every node of the cluster. The broker keeps two lists: who is connected,
// which is right at once, and their statistics, which say how a connection looks and lag behind by up to five seconds.
import { setTimeout as pause } from 'node:timers/promises'
import { wayFailure } from '../failure.ts'
import { didNotEnd } from '../logins.ts'
import { connectedNow } from '../nodes.ts'
import type { Context, Sighting } from '../provider.ts'
import { ask, placeOf } from './api.ts'

const lookAgainMs = 250
const reason = 'the login was disabled by Rekey'

/** Until two looks in a row find none: what is opened at this very moment is listed at the second. */
export async function endAll(context: Context, name: string): Promise<void> {
  const { signal } = context
  const path = ['connections', 'username', name]
  try {
    for (let clean = 0; clean < 2; ) {
      signal.throwIfAborted()
      const { body } = await ask(context, 'GET', path)
      if (Array.isArray(body) && body.length === 0) clean++
      else {
        clean = 0
        // One that has just ended by itself is no fault.
        await ask(context, 'DELETE', path, { headers: { 'x-reason': reason }, understood: [404] })
      }
      if (clean < 2) await pause(lookAgainMs, undefined, { signal })
    }
  } catch (error) {
    if (signal.aborted) throw didNotEnd(placeOf(context), name)
    throw wayFailure(error, placeOf(context), signal) ?? error
  }
}

const pageSize = 500

interface Connection {
  user?: string
  peer_host?: string
  client_properties?: { connection_name?: unknown; product?: unknown }
}

export async function seen(
  context: Context,
  handles: readonly string[],
  asOfMs: number,
): Promise<Sighting[]> {
  const sightings = new Map<string, Sighting>()
  for (let page = 1, pages = 1; page <= pages; page++) {
    const { status, body } = await ask(context, 'GET', ['connections'], {
      query: {
        page: String(page),
        page_size: String(pageSize),
        columns: 'user,peer_host,client_properties.connection_name,client_properties.product',
      },
      // Connections that ended meanwhile made the pages fewer.
      understood: page > 1 ? [400] : [],
    })
    if (status === 400) break
    const { items = [], page_count = 1 } = (body ?? {}) as { items?: Connection[]; page_count?: number }
    pages = page_count
    for (const one of items) {
      const { user: handle } = one
      if (handle === undefined || !handles.includes(handle)) continue
      const seenAs = looksLike(one)
      sightings.set(JSON.stringify([handle, seenAs]), connectedNow(handle, seenAs, asOfMs))
    }
  }
  return [...sightings.values()]
}

/** The name that the consumer gave, else the product that it is made with, else where it comes from. */
export function looksLike({ client_properties: given, peer_host: address }: Connection): string {
  const named = [given?.connection_name, given?.product].find(one => typeof one === 'string' && one !== '')
  return typeof named === 'string' ? named : (address ?? 'a connection without a name')
}
