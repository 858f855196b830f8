// A credential as it is said by flags, alone or over what a file says or what is there already.
import { exposures, kinds, sensitivities } from './choices.ts'
import { usage } from './exit.ts'
import type { Fields } from './json-file.ts'
import { count, file, type Kinds, length, many, oneOf, type Read, short, word } from './kinds.ts'
import type { Answer } from './plane/operations.ts'

export const credentialFlags = {
  file: short('f', file('all of it as JSON, as the API has it; flags go before it')),
  name: word('text', 'what people call it'),
  kind: oneOf(kinds, 'what it is', 'kind'),
  provider: word('kind', 'who speaks to the target; see rekey provider list', { ids: 'provider' }),
  target: word('name', 'what accepts it', { ids: 'target' }),
  environment: word('name', 'where it belongs', { ids: 'environment' }),
  owner: word('id[:name]', 'who answers for it'),
  sensitivity: oneOf(sensitivities, 'how much it protects', 'how'),
  exposure: oneOf(exposures, 'how far its users stand from the outside', 'how'),
  readsOnly: word('yes|no', 'whether it can change nothing at the target'),
  setting: many('name=value', 'of the provider, JSON or a word; admin secrets by name'),
  lane: many('name', 'a real workflow that must be proved to work'),
  life: length('how long a value lives as it is issued'),
  rotateEvery: length('how often it is rotated'),
  approvals: count('0|1|2', 'how many people decide on retirement'),
  quiet: length('how long nobody may use the old version before it goes'),
} satisfies Kinds

export type Given = Fields

/** What is not said stays as it was. */
export function credentialOf(before: Given, options: Read<typeof credentialFlags>): Given {
  const {
    approvals,
    environment,
    exposure,
    kind,
    lane,
    life,
    name,
    owner,
    provider,
    sensitivity,
    setting,
    target,
  } = options
  const policy = {
    ...(before['policy'] as object | undefined),
    ...said({ everyMs: options.rotateEvery, quietMs: options.quiet, approvals }),
  }
  const settings = { ...(before['settings'] as object | undefined), ...settingsOf(setting) }
  return {
    ...before,
    ...said({ name, kind, provider, target, environment, sensitivity, exposure, lifeMs: life }),
    ...said({ owner: owner === undefined ? undefined : ownerOf(owner), writes: writesOf(options.readsOnly) }),
    ...(lane.length > 0 && { lanes: lane }),
    ...(Object.keys(settings).length > 0 && { settings }),
    ...(Object.keys(policy).length > 0 && { policy }),
  }
}

/** Only what was said. */
export const said = (parts: Given): Given =>
  Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined))

export function ownerOf(text: string): { id: string; name: string } | null {
  if (text === 'nobody') return null
  const [, id, name = id] = /^([^:]+)(?::(.+))?$/.exec(text) ?? []
  if (id === undefined)
    throw usage(`--owner: "${text}" names nobody.`, 'Give it as alice, or as alice:Alice Smith.')
  return { id, name: name! }
}

function writesOf(readsOnly: string | undefined): boolean | undefined {
  if (readsOnly === undefined) return undefined
  if (readsOnly !== 'yes' && readsOnly !== 'no') throw usage('--reads-only: give yes or no.')
  return readsOnly === 'no'
}

function settingsOf(given: readonly string[]): Given {
  const pairs = given.map((text): [string, unknown] => {
    const at = text.indexOf('=')
    if (at < 1) throw usage(`--setting: "${text}" is no setting.`, 'Give it as name=value.')
    return [text.slice(0, at), readValue(text.slice(at + 1))]
  })
  return Object.fromEntries(pairs)
}

/** What reads as JSON is; everything else is a word. */
function readValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Of what is shown, what can be said. */
export function credentialInput(shown: Answer<'credentials.get'>): Given {
  const { name, kind, provider, settings, target, environment, owner, sensitivity, exposure, writes } = shown
  const { policy, llm, lifeMs, lanes } = shown
  const first = { name, kind, provider, settings, target, environment, owner, sensitivity, exposure, writes }
  return { ...first, policy, llm, lifeMs, lanes }
}
