// A rule of a SIEM, or of whatever else can send JSON: its admin says where in a message what stands, and in which header the HMAC-SHA256 of
// the body. And messages after Standard Webhooks, whose body we may lay out ourselves.
import type { SignalKind } from '@rekey/core'
import { first, select } from '@rekey/providers'
import type { Channel } from './record.ts'
import { type Message, objectIn, parsed, type Said, textIn } from './said.ts'

export function siemMessage(
  body: Uint8Array,
  { as, siem }: Pick<Channel, 'as' | 'siem'>,
  fallbackId: string,
): Message | null {
  const document = parsed(body)
  if (document === undefined || siem === null) return null
  const { fields } = siem
  const at = (path: string | undefined) => (path === undefined ? undefined : first(path, document))
  const said = saidIn(
    {
      value: at(fields.value),
      handle: at(fields.handle),
      credential: at(fields.credential),
      version: at(fields.version),
      public: at(fields.public),
      confidence: at(fields.confidence),
      locations: fields.location === undefined ? [] : (select(fields.location, document) ?? []),
      summary: at(fields.summary),
    },
    as ?? 'alert',
  )
  return { eventId: textIn(at(fields.id)) ?? fallbackId, keyId: null, said: [said], guard: null }
}

const sayable = new Set<unknown>(['public-leak', 'leak', 'alert', 'provider-notice'])

/** `{type, timestamp, data}`: what is in `data` is named as our fields are. */
export function standardMessage(body: Uint8Array, id: string, as: SignalKind | null): Message | null {
  const { data } = objectIn(parsed(body))
  if (typeof data !== 'object' || data === null) return null
  const fields = objectIn(data)
  const kind = sayable.has(fields['kind']) ? (fields['kind'] as SignalKind) : (as ?? 'provider-notice')
  return { eventId: id, keyId: null, said: [saidIn(fields, kind)], guard: id }
}

/** What is not as it has to be is as if it were not there: an alarm with a slip in it is an alarm all the same. */
function saidIn(fields: Record<string, unknown>, kind: SignalKind): Said {
  const value = textIn(fields['value'])
  const handle = textIn(fields['handle'])
  const credential = textIn(fields['credential'])
  const version = Number(textIn(fields['version']) ?? Number.NaN)
  const confidence = Number(textIn(fields['confidence']) ?? Number.NaN)
  const summary = textIn(fields['summary'])
  const locations = fields['locations']
  const isPublic = fields['public'] === true || fields['public'] === 'true'
  return {
    kind: kind === 'leak' && isPublic ? 'public-leak' : kind,
    ...(value !== undefined && { value }),
    ...(handle !== undefined && { handle }),
    ...(credential !== undefined && {
      hint: { credential, version: Number.isSafeInteger(version) && version > 0 ? version : null },
    }),
    ...(Number.isFinite(confidence) && { confidence }),
    ...(summary !== undefined && { summary }),
    public: isPublic || kind === 'public-leak',
    locations: (Array.isArray(locations) ? locations : []).filter(one => typeof one === 'string'),
  }
}
