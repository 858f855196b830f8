// Reads a vendor file: what is wrong with it is said in words, all at once, before anything is asked of anybody.
import { Type } from 'typebox'
import { completeSettings, settingsFaults } from '../check.ts'
import { adminSecret, prefix } from '../settings.ts'
import { parsePath } from './json-path.ts'
import { type Placeholder, placeholdersIn, type Source } from './template.ts'
import { type RequestSpec, type Vendor, vendorSchema } from './vendor-file.ts'

export type Read = { vendor: Vendor } | { faults: string[] }

/** https anywhere, or http on this machine: an admin secret never goes over a network in the clear. */
export const goodBase =
  /^(https:\/\/[^\s/?#@]+|http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?)(\/[^\s?#]*[^\s?#/])?$/

/** The name that we add: `_v`, a version, `_`, and two marks of eight digits. */
const ourPart = 26

export function readVendor(json: unknown): Read {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return { faults: ['a vendor file is one JSON object'] }
  }
  const given = json as Record<string, unknown>
  const shape = settingsFaults({ settings: vendorSchema }, given)
  if (shape.length > 0)
    return { faults: shape.map(text => text.replace('is not a setting', 'is no part of a vendor file')) }
  const vendor = completeSettings({ settings: vendorSchema }, given) as unknown as Vendor
  const faults = [
    ...partsFaults(vendor),
    ...pathFaults(vendor.verbs, 'verbs'),
    ...pathFaults({ self: vendor.admin.self, denied: vendor.admin.denied }, 'admin'),
    ...pathFaults({ errorAt: vendor.errorAt }, 'file'),
    ...templateFaults(vendor),
  ]
  return faults.length > 0 ? { faults: [...new Set(faults)] } : { vendor }
}

/** The settings of a credential at this vendor: its own, and those that each vendor has. */
export function settingsOf(vendor: Vendor) {
  const own = Object.entries(vendor.settings).map(([name, schema]) => {
    const { optional, ...rest } = schema as { optional?: boolean }
    return [name, optional === true ? Type.Optional(rest) : rest]
  })
  const secrets = Object.entries(vendor.admin.secrets).map(([name, what]) => [name, adminSecret(what)])
  return Type.Object(
    {
      ...Object.fromEntries([...own, ...secrets]),
      prefix: prefix(Math.min(40, vendor.longestName - ourPart)),
      baseUrl: Type.String({
        pattern: goodBase.source,
        default: vendor.baseUrl,
        description: 'Where the API is, without a slash at its end: https, or http on this machine',
      }),
    },
    { additionalProperties: false },
  )
}

function partsFaults({ verbs, value, baseUrl, byHand, settings, admin }: Vendor): string[] {
  const { mint, list, probe, usage, disable, enable } = verbs
  const isListed = probe.how === 'listed'
  const pages = list.pages
  const names = [...Object.keys(settings), ...Object.keys(admin.secrets)]
  const checks: [boolean, string][] = [
    [goodBase.test(baseUrl), '"baseUrl" is https, or http on this machine, and has no slash at its end'],
    [
      (mint === undefined) !== (byHand === undefined),
      'a key is made by "verbs.mint", or by a person as "byHand.mint" says: one of the two',
    ],
    [
      mint === undefined || (value === 'target') === (mint.value !== undefined),
      '"verbs.mint.value" is where the vendor gives the value, so it is there where "value" is "target", and only there',
    ],
    [
      byHand === undefined || value === 'target',
      'what a person makes at the vendor has its value from there: "value" is "target"',
    ],
    [
      (disable === undefined) === (enable === undefined),
      '"verbs.disable" and "verbs.enable" are there both, or neither: what is disabled must be able to come back',
    ],
    [
      isListed ||
        (probe.request !== undefined &&
          (probe.accepted ?? []).length > 0 &&
          (probe.refused ?? []).length > 0),
      '"verbs.probe" needs a "request", "accepted" and "refused": what is neither is not proved',
    ],
    [isListed || uses(probe, 'value'), '"verbs.probe" carries no {{value}}: it would prove nothing'],
    [
      !isListed || value === 'ssh-ed25519',
      '"verbs.probe" may be "listed" for a key pair only: any other value can be sent',
    ],
    [value !== 'ssh-ed25519' || uses(mint, 'publicKey'), 'with a key pair "verbs.mint" sends {{publicKey}}'],
    [value !== 'random' || uses(mint, 'value'), 'with a value of ours "verbs.mint" sends {{value}}'],
    [
      mint === undefined || uses(mint, 'operation', 'name'),
      '"verbs.mint" gives the key its name, {{operation.name}}: nothing else finds it again',
    ],
    [
      pages?.by !== 'cursor' ||
        (pages.param !== undefined && pages.next !== undefined && pages.more !== undefined),
      '"verbs.list.pages" by cursor needs "param", "next" and "more"',
    ],
    [pages?.by !== 'page' || pages.param !== undefined, '"verbs.list.pages" by page needs "param"'],
    [
      (usage?.callers === undefined) === (usage?.caller === undefined),
      '"verbs.usage.callers" and "verbs.usage.caller" are there both, or neither: who it was, and where all of them stand',
    ],
    [Object.keys(admin.secrets).length > 0, '"admin.secrets" names no admin secret'],
    ...names.map((name, at): [boolean, string] => [
      !['prefix', 'baseUrl'].includes(name) && names.indexOf(name) === at,
      `"settings.${name}" has a name that is taken`,
    ]),
    ...Object.entries(settings).map(([name, schema]): [boolean, string] => [
      typeof (schema as { description?: unknown } | null)?.description === 'string',
      `"settings.${name}" has no description: the form asks for it with those words`,
    ]),
  ]
  return checks.flatMap(([isGood, text]) => (isGood ? [] : [text]))
}

const uses = (template: unknown, source: Source, name = ''): boolean =>
  placeholdersIn(template).some(one => typeof one !== 'string' && one.source === source && one.name === name)

const pathNames = new Set([
  'at',
  'errorAt',
  'handle',
  'value',
  'items',
  'name',
  'publicKey',
  'next',
  'more',
  'total',
  'lastUsedAt',
  'callers',
  'caller',
])
const requestParts = new Set(['request', 'query', 'headers', 'body'])

/** Everything that is named as a path is one. */
function pathFaults(part: unknown, place: string): string[] {
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([name, value]) => {
    if (requestParts.has(name)) return []
    if (typeof value !== 'string') return pathFaults(value, `${place}.${name}`)
    if (!pathNames.has(name) || parsePath(value) !== null) return []
    return [`"${place}.${name}" is no path: write it as $.name, $[0] or $[*], one after the other`]
  })
}

/** What can be filled in where. A value or an admin secret never is part of an address: addresses are written down everywhere. */
function templateFaults(vendor: Vendor): string[] {
  const { verbs, admin, byHand, value } = vendor
  const ours: Source[] = value === 'target' ? [] : ['value', 'publicKey']
  const faults: string[] = []
  const check = (template: unknown, place: string, may: readonly Source[]) => {
    for (const one of placeholdersIn(template)) faults.push(...placeholderFaults(one, place, may, vendor))
  }
  const checkRequest = (spec: Partial<RequestSpec> | undefined, place: string, may: readonly Source[]) => {
    if (spec === undefined) return
    const inAddress = may.filter(one => one !== 'value' && one !== 'admin')
    check(spec.request, `${place}.request`, inAddress)
    check(spec.query, `${place}.query`, inAddress)
    check(spec.headers, `${place}.headers`, may)
    check(spec.body, `${place}.body`, may)
  }
  check(admin.headers, 'admin.headers', ['settings', 'admin'])
  checkRequest(admin.self, 'admin.self', ['settings', 'admin'])
  checkRequest(verbs.mint, 'verbs.mint', ['settings', 'admin', 'operation', ...ours])
  checkRequest(verbs.list, 'verbs.list', ['settings', 'admin'])
  check(
    verbs.list.where?.map(one => one.is),
    'verbs.list.where',
    ['settings'],
  )
  checkRequest(verbs.probe, 'verbs.probe', ['settings', 'handle', 'value'])
  checkRequest(verbs.usage, 'verbs.usage', ['settings', 'handle'])
  for (const verb of ['disable', 'enable', 'destroy'] as const) {
    const spec = verbs[verb]
    checkRequest(spec?.current, `verbs.${verb}.current`, ['settings', 'admin', 'handle'])
    const after: Source[] = spec?.current === undefined ? [] : ['current']
    checkRequest(spec, `verbs.${verb}`, ['settings', 'admin', 'handle', ...after])
  }
  check(byHand?.mint.steps, 'byHand.mint.steps', ['settings', 'operation'])
  return faults
}

function placeholderFaults(
  one: Placeholder | string,
  place: string,
  may: readonly Source[],
  { settings, admin }: Vendor,
): string[] {
  if (typeof one === 'string') return [`"${place}" has a placeholder that is not known: ${one}`]
  const { source, name } = one
  const written = `{{${source}${name === '' ? '' : `${source === 'current' ? ' ' : '.'}${name}`}}}`
  if (!may.includes(source)) return [`"${place}" may not hold ${written}: ${mayHold(may)}`]
  const known = source === 'settings' ? [...Object.keys(settings), 'prefix'] : Object.keys(admin.secrets)
  const isNamed = source === 'settings' || source === 'admin'
  if (!isNamed || known.includes(name)) return []
  return [`"${place}" names ${written}, which is not declared: there are ${known.join(', ')}`]
}

const mayHold = (may: readonly Source[]) =>
  may.length === 0 ? 'it holds none' : `it may hold ${may.join(', ')}`
