// Whether a value is accepted. Only what the file names counts as an answer; a gateway's 403, a page in HTML or a redirect is none.
import type { Secret } from '@rekey/core'
import { type Context, type ProbeAnswer, ProviderError } from '../provider.ts'
import { listed, textAt } from './listing.ts'
import { hasError, matches, statusOf, troubleOf } from './meaning.ts'
import type { Requests } from './requests.ts'
import { publicKeyOf } from './ssh-key.ts'
import type { Vendor } from './vendor-file.ts'

export async function probed(
  vendor: Vendor,
  requests: Requests,
  context: Context,
  handle: string,
  secret: Secret,
): Promise<ProbeAnswer> {
  const { probe } = vendor.verbs
  if (probe.how === 'listed') return probedByList(vendor, requests, context, handle, secret)
  const { request = '', query, headers, body } = probe
  const spec = {
    request,
    ...(query !== undefined && { query }),
    ...(headers !== undefined && { headers }),
    ...(body !== undefined && { body }),
  }
  const answer = await requests.withValue(context, spec, { handle, value: secret })
  const place = requests.placeOf(context)
  if (matches(probe.refused, answer)) return 'refused'
  if (matches(probe.accepted, answer) && !hasError(vendor, answer)) {
    const whose = probe.handle === undefined ? null : textAt(probe.handle, answer.body)
    if (whose === null || whose === handle) return 'accepted'
    throw new ProviderError(
      'rejected',
      `${place}: the value is that of ${whose}, not of ${handle}: correct which key it belongs to`,
    )
  }
  const told = statusOf(vendor, answer)
  if (answer.status === 403) {
    throw new ProviderError(
      'rejected',
      `${place}: the value is not refused, and may not do what the probe asks (${told}): give it the right, as docs/providers/http.md says`,
    )
  }
  throw (
    troubleOf(answer.status, told, place) ??
    new ProviderError(
      'unexpected',
      `${place}: the answer to the probe says neither yes nor no (${told}); where the key lacks the right for it, give it that`,
    )
  )
}

/** Weaker: it shows that the vendor would accept the value, and not that it did. */
async function probedByList(
  vendor: Vendor,
  requests: Requests,
  context: Context,
  handle: string,
  secret: Secret,
): Promise<ProbeAnswer> {
  const items = await listed(vendor, requests, context)
  const isKnownByKey = vendor.verbs.list.publicKey !== undefined
  const publicKey = publicKeyOf(secret)
  if (isKnownByKey && publicKey === null && /PRIVATE KEY/.test(secret.reveal())) {
    throw new ProviderError(
      'rejected',
      `the value of ${handle} is not a key in the format of OpenSSH: write it anew with ssh-keygen -p`,
    )
  }
  const isIt = isKnownByKey
    ? (key: string | null) => key !== null && key.split(' ').slice(0, 2).join(' ') === publicKey
    : () => false
  const found = items.filter(item => (isKnownByKey ? isIt(item.publicKey) : item.handle === handle))
  return found.some(item => item.isEnabled) ? 'accepted' : 'refused'
}
