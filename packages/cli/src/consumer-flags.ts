// A consumer as it is said by flags, alone or over what a file says or what is registered already.
import { behaviours, observabilities, pathClasses } from './choices.ts'
import { type Given, ownerOf, said } from './credential-flags.ts'
import { usage } from './exit.ts'
import { file, flag, type Kinds, length, lengthMs, many, oneOf, type Read, short, word } from './kinds.ts'

export const consumerFlags = {
  file: short('f', file('all of it as JSON, as the API has it; flags go before it')),
  name: word('text', 'what people call it'),
  behaviour: oneOf(behaviours, 'what kind of runtime it is'),
  path: oneOf(pathClasses, 'how it comes to be used', 'class'),
  owner: word('id[:name]', 'who answers for it'),
  reload: word(
    'how',
    'how it takes up a new value: every-use, ttl=1m, signal, restart, each-launch, by-hand, unknown',
  ),
  documented: flag('how it is restarted or reloaded by hand is written down'),
  cadence: word('how', 'when it runs: continuous, every=1h, on-demand'),
  through: word('consumer', 'whose tokens it uses, where it has none of its own', { ids: 'consumer' }),
  cache: length('how long it caches a value'),
  session: length('how long its sessions or pools may live'),
  checkpoints: flag('a long session can stop, and go on with a new value'),
  horizon: length('the longest time after which a retry or a replay may come'),
  observed: oneOf(observabilities, 'who sees what it does', 'how'),
  source: word('text', 'where its value comes from'),
  lane: many('name', 'a real workflow of it'),
  effect: many('text', 'business state that it can change'),
  seenAs: many('name', 'how the target or telemetry names it'),
  critical: flag('its work may break the business when it fails unseen'),
} satisfies Kinds

/** What is not said stays as it was. */
export function consumerBody(before: Given, options: Read<typeof consumerFlags>): Given {
  const { behaviour, cadence, effect, lane, name, observed, owner, path, reload, seenAs, source, through } =
    options
  return {
    ...before,
    ...said({ name, behaviour, source, pathClass: path, observability: observed }),
    ...said({ cacheMs: options.cache, sessionMs: options.session, horizonMs: options.horizon }),
    ...said({
      owner: owner === undefined ? undefined : ownerOf(owner),
      reload: reloadFrom(reload, options.documented, before['reload']),
      cadence: cadence === undefined ? undefined : cadenceFrom(cadence),
      access: through === undefined ? undefined : { how: 'indirect', through },
    }),
    ...(options.checkpoints && { checkpoints: true }),
    ...(options.critical && { critical: true }),
    ...(lane.length > 0 && { lanes: lane }),
    ...(effect.length > 0 && { effects: effect }),
    ...(seenAs.length > 0 && { seenAs }),
  }
}

function reloadFrom(text: string | undefined, documented: boolean, before: unknown): unknown {
  if (text === undefined) return documented ? { ...(before as object | undefined), documented } : undefined
  const [how, length] = text.split('=', 2) as [string, string | undefined]
  if (how === 'ttl') return { how, ttlMs: needLength('--reload ttl', length) }
  if (how === 'restart' || how === 'by-hand') return { how, documented }
  if (['every-use', 'signal', 'each-launch', 'unknown'].includes(how) && length === undefined) return { how }
  throw usage(
    `--reload: "${text}" is no way to take up a value.`,
    'Give every-use, ttl=1m, signal, restart, each-launch, by-hand or unknown.',
  )
}

function cadenceFrom(text: string): unknown {
  const [how, length] = text.split('=', 2) as [string, string | undefined]
  if (how === 'every') return { how, everyMs: needLength('--cadence every', length) }
  if ((how === 'continuous' || how === 'on-demand') && length === undefined) return { how }
  throw usage(`--cadence: "${text}" is no rhythm.`, 'Give continuous, every=1h or on-demand.')
}

function needLength(name: string, text: string | undefined): number {
  const ms = text === undefined ? null : lengthMs(text)
  if (ms !== null) return ms
  throw usage(`${name} takes a length of time.`, `Give it as ${name.split(' ')[1]}=5m.`)
}

/** Of what is shown, what can be said: the rest is known of it, or is where it belongs. */
export const consumerInput = (shown: Given): Given =>
  Object.fromEntries(Object.entries(shown).filter(([name]) => !onlyShown.has(name)))
const onlyShown = new Set(['id', 'credential', 'environment', 'lastExercisedAtMs', 'idle'])
