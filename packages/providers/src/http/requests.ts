// The requests that a vendor file describes, filled in and sent: as the admin, or with the value that is probed. One instance for
// each vendor, for they all keep to one rate.
import { setTimeout as wait } from 'node:timers/promises'
import type { Secret } from '@rekey/core'
import { type Context, ProviderError } from '../provider.ts'
import { type Answer, send } from './client.ts'
import { failureOf } from './meaning.ts'
import { filledBody, filledPath, filledText, placeholdersIn, type Scope } from './template.ts'
import { goodBase } from './vendor-faults.ts'
import type { RequestSpec, Vendor } from './vendor-file.ts'

export type Fill = Omit<Scope, 'settings' | 'admin'>

export interface Requests {
  /** As the admin; whatever is not done is thrown. `address` goes on where a list was left. */
  asAdmin(context: Context, spec: RequestSpec, fill?: Fill, address?: Address): Promise<Answer>
  /** As the admin; whatever comes of it is answered. */
  tried(context: Context, spec: RequestSpec, fill?: Fill): Promise<Answer>
  /** With nothing but the value: any answer is one. */
  withValue(context: Context, spec: RequestSpec, fill: Fill): Promise<Answer>
  placeOf(context: Context): string
}

/** Beside what the file says: more of the query, or the whole address, which the vendor gave. */
export interface Address {
  query?: Record<string, string>
  url?: URL
}

export function requestsOf(vendor: Vendor): Requests {
  const turn = paced(vendor.rateLimit)
  const placeOf = (context: Context) => `${vendor.title} at ${baseOf(vendor, context).host}`

  async function sent(context: Context, spec: RequestSpec, fill: Fill, isAdmin: boolean, more: Address = {}) {
    const headers = { ...(isAdmin && vendor.admin.headers), ...spec.headers }
    const admin = await secretsFor(context, [headers, spec.body])
    const scope: Scope = { settings: context.settings, admin, ...fill }
    const url = more.url ?? addressOf(baseOf(vendor, context), spec, scope)
    for (const [name, value] of Object.entries(more.query ?? {})) url.searchParams.set(name, value)
    const filled = Object.entries(headers).map(([name, text]) => [name, filledText(text, scope)])
    await turn(context.signal, placeOf(context))
    const ask = {
      method: spec.request.split(' ')[0]!,
      url,
      headers: Object.fromEntries(filled) as Record<string, string>,
      body: spec.body === undefined ? undefined : filledBody(spec.body, scope),
      repeatable: spec.repeatable === true,
    }
    return send(ask, placeOf(context), context.signal)
  }

  return {
    placeOf,
    async asAdmin(context, spec, fill = {}, address) {
      const answer = await sent(context, spec, fill, true, address)
      const failure = failureOf(vendor, answer, spec.ok, placeOf(context), adminNamed(vendor, context))
      if (failure !== null) throw failure
      return answer
    },
    tried: (context, spec, fill = {}) => sent(context, spec, fill, true),
    withValue: (context, spec, fill) => sent(context, spec, fill, false),
  }
}

export function baseOf(vendor: Vendor, { settings }: Pick<Context, 'settings'>): URL {
  const text = settings['baseUrl'] ?? vendor.baseUrl
  // Settings are checked when they are given; an admin secret in the clear is worth a second look.
  if (typeof text === 'string' && goodBase.test(text)) return new URL(text)
  throw new ProviderError(
    'rejected',
    'the setting "baseUrl" is neither https nor http on this machine: correct it',
  )
}

function addressOf(base: URL, spec: RequestSpec, scope: Scope): URL {
  const path = filledPath(spec.request.slice(spec.request.indexOf(' ') + 1), scope)
  const url = new URL(`${base.origin}${base.pathname.replace(/\/$/, '')}${path}`)
  for (const [name, template] of Object.entries(spec.query ?? {})) {
    const value = filledBody(template, scope)
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

/** Only those that this request carries are asked for. */
async function secretsFor(context: Context, templates: unknown): Promise<Record<string, Secret>> {
  const found: Record<string, Secret> = {}
  for (const one of placeholdersIn(templates)) {
    if (typeof one === 'string' || one.source !== 'admin') continue
    found[one.name] ??= await context.admin(String(context.settings[one.name]))
  }
  return found
}

function adminNamed(vendor: Vendor, { settings }: Context): string {
  const names = Object.keys(vendor.admin.secrets).map(name => `"${settings[name]}"`)
  return `the admin secret ${names.join(' or ')}`
}

/** So many a second, of which those of a minute may come at once: a rotation asks much in a moment and then nothing for hours. */
export function paced(aSecond: number, nowMs = () => performance.now()) {
  const most = Math.max(1, aSecond * 60)
  let left = most
  let lastMs = nowMs()
  return async (signal: AbortSignal, place: string): Promise<void> => {
    const atMs = nowMs()
    left = Math.min(most, left + ((atMs - lastMs) / 1_000) * aSecond) - 1
    lastMs = atMs
    if (left >= 0) return
    await wait((-left / aSecond) * 1_000, undefined, { signal }).catch(() => {
      left++
      throw new ProviderError('timeout', `other requests to ${place} took all the time that there was`)
    })
  }
}
