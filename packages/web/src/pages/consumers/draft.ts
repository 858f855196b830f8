// A consumer as it is typed into a form, and as the API takes it. The form holds text and ticks; what is wrong is said by field.
import type { BodyOf, routes } from '@rekey/wire'
import { idFault } from '../../parts/id.ts'
import { exactLength, noLength, readLength } from '../../parts/length.ts'
import { type OwnerDraft, ownerDraft, readOwner } from '../../parts/owner-draft.ts'
import type { ConsumerRecord } from './words.ts'

export type ConsumerInput = BodyOf<typeof routes.consumers.put>

export interface ConsumerDraft {
  id: string
  name: string
  behaviour: string
  pathClass: string
  /** Indirect: through whom. */
  through: string
  isIndirect: boolean
  owner: OwnerDraft
  source: string
  follows: string
  reload: string
  ttl: string
  isDocumented: boolean
  cache: string
  session: string
  checkpoints: boolean
  retriesReuseContext: boolean
  inFlightMayFinish: boolean
  cadence: string
  every: string
  horizon: string
  fallback: string
  fallbackTo: string
  canBeDisabled: boolean
  effects: string
  lanes: string
  critical: boolean
  observability: string
  toleratesTwo: boolean
  seenAs: string
  addresses: string
  hoursFrom: string
  hoursTo: string
  resources: string
  models: string
  perHour: string
}

const length = (ms: number | undefined) => (ms === undefined || ms === 0 ? '' : exactLength(ms))
const lines = (some: readonly string[] | undefined) => (some ?? []).join('\n')

export function consumerDraft(one?: Partial<ConsumerRecord>): ConsumerDraft {
  const { access, reload, cadence, fallback, pact } = one ?? {}
  return {
    id: one?.id ?? '',
    name: one?.name ?? '',
    behaviour: one?.behaviour ?? '',
    pathClass: one?.pathClass ?? 'primary',
    isIndirect: access?.how === 'indirect',
    through: access?.how === 'indirect' ? access.through : '',
    owner: ownerDraft(one?.owner ?? null),
    source: one?.source ?? 'Rekey SDK',
    follows: one?.follows ?? 'assignment',
    reload: reload?.how ?? 'unknown',
    ttl: reload?.how === 'ttl' ? length(reload.ttlMs) : '',
    isDocumented: reload !== undefined && 'documented' in reload && reload.documented,
    cache: length(one?.cacheMs),
    session: length(one?.sessionMs),
    checkpoints: one?.checkpoints ?? false,
    retriesReuseContext: one?.retriesReuseContext ?? false,
    inFlightMayFinish: one?.inFlightMayFinish ?? true,
    cadence: cadence?.how ?? 'continuous',
    every: cadence?.how === 'every' ? length(cadence.everyMs) : '',
    horizon: length(one?.horizonMs),
    fallback: fallback?.how ?? 'none',
    fallbackTo: fallback !== undefined && 'to' in fallback ? fallback.to : '',
    canBeDisabled: fallback?.how === 'degrades' && fallback.canBeDisabled,
    effects: lines(one?.effects),
    lanes: lines(one?.lanes),
    critical: one?.critical ?? false,
    observability: one?.observability ?? 'none',
    toleratesTwo: one?.toleratesTwo ?? true,
    seenAs: lines(one?.seenAs),
    addresses: lines(pact?.addresses),
    hoursFrom: pact?.hoursUtc === undefined ? '' : String(pact.hoursUtc[0]),
    hoursTo: pact?.hoursUtc === undefined ? '' : String(pact.hoursUtc[1]),
    resources: lines(pact?.resources),
    models: lines(pact?.models),
    perHour: pact?.perHour === undefined ? '' : String(pact.perHour),
  }
}

export type ConsumerFaults = Partial<Record<keyof ConsumerDraft, string>>

export interface ReadConsumer {
  id: string
  input: ConsumerInput
  faults: ConsumerFaults
}

export function readConsumer(draft: ConsumerDraft): ReadConsumer {
  const faults: ConsumerFaults = idFault(draft.id)
  const lengthOf = (name: 'ttl' | 'cache' | 'session' | 'every' | 'horizon', isNeeded = false): number => {
    const text = draft[name].trim()
    if (text === '' && !isNeeded) return 0
    const ms = readLength(text)
    if (ms === null || (isNeeded && ms === 0)) faults[name] = noLength
    return ms ?? 0
  }
  if (draft.name.trim() === '') faults.name = 'Give it a name.'
  if (draft.behaviour === '') faults.behaviour = 'Say what it is.'
  if (draft.isIndirect && draft.through.trim() === '') faults.through = 'Say through which consumer.'
  if (draft.fallback !== 'none' && draft.fallbackTo.trim() === '') faults.fallbackTo = 'Say what takes over.'
  const owner = readOwner(draft.owner)
  if (!owner.ok) faults.owner = owner.fault
  const pact = pactOf(draft, faults)
  const seenAs = linesOf(draft.seenAs)
  const input: ConsumerInput = {
    name: draft.name.trim(),
    behaviour: draft.behaviour as ConsumerInput['behaviour'],
    pathClass: draft.pathClass as ConsumerRecord['pathClass'],
    access: draft.isIndirect ? { how: 'indirect', through: draft.through.trim() } : { how: 'direct' },
    owner: owner.ok ? owner.owner : null,
    source: draft.source.trim(),
    follows: draft.follows as ConsumerRecord['follows'],
    reload: reloadOf(draft, lengthOf),
    cacheMs: lengthOf('cache'),
    sessionMs: lengthOf('session'),
    checkpoints: draft.checkpoints,
    retriesReuseContext: draft.retriesReuseContext,
    inFlightMayFinish: draft.inFlightMayFinish,
    cadence:
      draft.cadence === 'every'
        ? { how: 'every', everyMs: lengthOf('every', true) }
        : { how: draft.cadence as 'continuous' | 'on-demand' },
    horizonMs: lengthOf('horizon'),
    fallback: fallbackOf(draft),
    effects: linesOf(draft.effects),
    lanes: linesOf(draft.lanes),
    critical: draft.critical,
    observability: draft.observability as ConsumerRecord['observability'],
    toleratesTwo: draft.toleratesTwo,
    // Left out, names that were claimed for it stay its own; given, these are all of them.
    seenAs,
    ...(pact !== null && { pact }),
  }
  return { id: draft.id, input, faults }
}

export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map(one => one.trim())
    .filter(Boolean)

function reloadOf(
  { reload, isDocumented: documented }: ConsumerDraft,
  lengthOf: (name: 'ttl', isNeeded: true) => number,
): ConsumerRecord['reload'] {
  switch (reload) {
    case 'ttl':
      return { how: 'ttl', ttlMs: lengthOf('ttl', true) }
    case 'restart':
    case 'by-hand':
      return { how: reload, documented }
    case 'every-use':
    case 'signal':
    case 'each-launch':
      return { how: reload }
    default:
      return { how: 'unknown' }
  }
}

function fallbackOf({ fallback, fallbackTo, canBeDisabled }: ConsumerDraft): ConsumerRecord['fallback'] {
  const to = fallbackTo.trim()
  if (fallback === 'degrades') return { how: 'degrades', to, canBeDisabled }
  return fallback === 'same-credential' ? { how: 'same-credential', to } : { how: 'none' }
}

function pactOf(draft: ConsumerDraft, faults: ConsumerFaults): NonNullable<ConsumerRecord['pact']> | null {
  const addresses = linesOf(draft.addresses)
  const resources = linesOf(draft.resources)
  const models = linesOf(draft.models)
  const whole = (name: 'hoursFrom' | 'hoursTo' | 'perHour', least: number, most: number): number | null => {
    const text = draft[name].trim()
    if (text === '') return null
    const number = Number(text)
    if (Number.isInteger(number) && number >= least && number <= most) return number
    faults[name] = `Give a whole number from ${least} to ${most}.`
    return null
  }
  const from = whole('hoursFrom', 0, 23)
  const to = whole('hoursTo', 0, 24)
  const perHour = whole('perHour', 1, 1_000_000_000)
  if ((from === null) !== (to === null) && faults.hoursFrom === undefined && faults.hoursTo === undefined)
    faults[from === null ? 'hoursFrom' : 'hoursTo'] = 'Give both hours, or neither.'
  const pact = {
    ...(addresses.length > 0 && { addresses }),
    ...(from !== null && to !== null && { hoursUtc: [from, to] as [number, number] }),
    ...(resources.length > 0 && { resources }),
    ...(models.length > 0 && { models }),
    ...(perHour !== null && { perHour }),
  }
  return Object.keys(pact).length === 0 ? null : pact
}
