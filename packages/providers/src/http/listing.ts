// All keys that a vendor lists, page after page. A list that could not be read to its end is a fault and never a shorter list: what
// is not on it would be taken for never made.
import { type Context, ProviderError } from '../provider.ts'
import { first, select } from './json-path.ts'
import { holds } from './meaning.ts'
import type { Address, Requests } from './requests.ts'
import { filledText } from './template.ts'
import type { Pages, Vendor } from './vendor-file.ts'

export interface Item {
  handle: string
  /** null: whoever made it gave it none. */
  name: string | null
  publicKey: string | null
  isEnabled: boolean
  /** It holds what must hold of one that is ours. */
  isOurs: boolean
  /** All that is listed of it. */
  document: unknown
}

const mostPages = 200

export async function listed(vendor: Vendor, requests: Requests, context: Context): Promise<Item[]> {
  const { list } = vendor.verbs
  const place = requests.placeOf(context)
  const found: unknown[] = []
  let address: Address | null = list.pages?.by === 'page' ? { query: { [list.pages.param!]: '1' } } : {}
  for (let page = 1; address !== null; page++) {
    if (page > mostPages) {
      throw new ProviderError(
        'unexpected',
        `${place} lists more than ${mostPages} pages of keys: end some of them`,
      )
    }
    const { body, next }: { body: unknown; next: string | null } = await requests.asAdmin(
      context,
      list,
      {},
      address,
    )
    const items = select(list.items, body)
    if (items === null) {
      throw new ProviderError(
        'unexpected',
        `${place} answered without the list of keys that should be at ${list.items}`,
      )
    }
    found.push(...items)
    address = following(
      list.pages,
      { body, next, page, got: items.length, total: found.length },
      place,
      context,
      vendor,
    )
  }
  return found.flatMap(one =>
    list.gone !== undefined && holds(list.gone, one) ? [] : [itemOf(vendor, one, context, place)],
  )
}

interface Read {
  body: unknown
  next: string | null
  page: number
  got: number
  total: number
}

/** null: it was the last. */
function following(
  pages: Pages | undefined,
  read: Read,
  place: string,
  context: Context,
  vendor: Vendor,
): Address | null {
  switch (pages?.by) {
    case undefined:
      return null
    case 'cursor': {
      if (first(pages.more!, read.body) !== true) return null
      const next = first(pages.next!, read.body)
      if (typeof next === 'string' && next !== '') return { query: { [pages.param!]: next } }
      throw new ProviderError(
        'unexpected',
        `${place} says that more keys follow and not where (${pages.next})`,
      )
    }
    case 'page': {
      const total = pages.total === undefined ? undefined : first(pages.total, read.body)
      if (read.got === 0 || (typeof total === 'number' && read.total >= total)) return null
      return { query: { [pages.param!]: String(read.page + 1) } }
    }
    case 'link':
      return read.next === null ? null : { url: sameOrigin(read.next, place, context, vendor) }
  }
}

/** The admin secret goes along: to nobody but whom the settings name. */
function sameOrigin(link: string, place: string, { settings }: Context, vendor: Vendor): URL {
  const { origin } = new URL(String(settings['baseUrl'] ?? vendor.baseUrl))
  const url = URL.parse(link, origin)
  if (url !== null && url.origin === origin) return url
  throw new ProviderError(
    'rejected',
    `${place} names another address for its next page, where no secret is sent: correct the setting "baseUrl"`,
  )
}

function itemOf(vendor: Vendor, one: unknown, context: Context, place: string): Item {
  const { list } = vendor.verbs
  const handle = textAt(list.handle, one)
  if (handle === null) {
    throw new ProviderError('unexpected', `${place} lists a key without what should be at ${list.handle}`)
  }
  const scope = { settings: context.settings }
  return {
    handle,
    name: textAt(list.name, one),
    publicKey: list.publicKey === undefined ? null : textAt(list.publicKey, one),
    isEnabled: list.disabled === undefined || !holds(list.disabled, one),
    isOurs: (list.where ?? []).every(({ at, is }) => textAt(at, one) === filledText(is, scope)),
    document: one,
  }
}

/** A name or a number; null: there is none. */
export function textAt(path: string, document: unknown): string | null {
  const found = first(path, document)
  return (typeof found === 'string' && found !== '') || typeof found === 'number' ? String(found) : null
}
