// What a consumer states about itself, in words.
import type { Answer } from '../../api/ask.ts'
import { lengthText } from '../../parts/time-text.ts'

export type ConsumerRecord = Answer<'consumers.put'>
type Of<K extends keyof ConsumerRecord> = ConsumerRecord[K]

export const behaviourTexts: Record<Of<'behaviour'>, string> = {
  'web-request': 'web request',
  'background-job': 'background job',
  'scheduled-task': 'scheduled task',
  'webhook-handler': 'webhook handler',
  'admin-tool': 'admin tool',
  'replay-script': 'replay script',
  'ai-worker': 'AI worker',
  'data-export': 'data export',
  'fallback-service': 'fallback service',
  'training-run': 'training run',
  'inference-node': 'inference node',
  agent: 'agent',
  'sub-agent': 'sub-agent',
}

export const pathTexts: Record<Of<'pathClass'>, string> = {
  primary: 'primary: the usual work',
  background: 'background: nobody waits for it',
  exception: 'exception: recovery, replay, emergencies',
}

export const observabilityTexts: Record<Of<'observability'>, string> = {
  sdk: 'its SDK reports each use',
  wrapped: 'it runs under the wrapper',
  provider: 'the target tells of its uses',
  telemetry: 'telemetry with a version mark',
  attested: 'a named person attests',
  none: 'cannot be observed',
}

/** In a word, for a table. */
export const observedTexts: Record<Of<'observability'>, string> = {
  sdk: 'SDK',
  wrapped: 'wrapper',
  provider: 'target',
  telemetry: 'telemetry',
  attested: 'a person',
  none: 'nothing',
}

export const reloadTexts: Record<Of<'reload'>['how'], string> = {
  'every-use': 'it asks at every use',
  ttl: 'it asks again after a time',
  signal: 'it is told, and loads anew',
  restart: 'when it is restarted',
  'each-launch': 'each time it is launched',
  'by-hand': 'when somebody does it by hand',
  unknown: 'nobody has said',
}

export const cadenceTexts: Record<Of<'cadence'>['how'], string> = {
  continuous: 'always',
  every: 'on a rhythm',
  'on-demand': 'when somebody or something calls it',
}

export const fallbackTexts: Record<Of<'fallback'>['how'], string> = {
  none: 'none: it fails',
  degrades: 'something else takes over, and hides the failure',
  'same-credential': 'something else with the same credential',
}

export const followsTexts: Record<Of<'follows'>, string> = {
  assignment: 'its own assignment',
  alias: 'the alias current',
}

const documentedText = (documented: boolean) =>
  documented ? 'the steps are written down' : 'the steps are not written down'

/** How it takes up a new value, in a few words. */
export function reloadText(reload: Of<'reload'>): string {
  switch (reload.how) {
    case 'every-use':
      return 'asks at every use'
    case 'ttl':
      return `asks again after ${lengthText(reload.ttlMs)}`
    case 'signal':
      return 'is told, and loads anew'
    case 'restart':
      return `when restarted; ${documentedText(reload.documented)}`
    case 'each-launch':
      return 'each time it is launched'
    case 'by-hand':
      return `by hand; ${documentedText(reload.documented)}`
    case 'unknown':
      return 'unknown'
  }
}

export function cadenceText(cadence: Of<'cadence'>): string {
  switch (cadence.how) {
    case 'continuous':
      return 'always'
    case 'every':
      return `every ${lengthText(cadence.everyMs)}`
    case 'on-demand':
      return 'on demand'
  }
}

export function fallbackText(fallback: Of<'fallback'>): string {
  switch (fallback.how) {
    case 'none':
      return 'none: it fails'
    case 'degrades':
      return `${fallback.to} takes over; it ${fallback.canBeDisabled ? 'can' : 'cannot'} be disabled`
    case 'same-credential':
      return `${fallback.to}, with the same credential`
  }
}

export const accessText = (access: Of<'access'>) =>
  access.how === 'direct' ? 'at the target itself' : `through ${access.through}`

export function pactText(pact: ConsumerRecord['pact']): string[] {
  if (pact === undefined) return []
  const { addresses, hoursUtc, resources, models, perHour } = pact
  return [
    addresses && `from ${addresses.join(', ')}`,
    hoursUtc && `between ${hoursUtc[0]}:00 and ${hoursUtc[1]}:00 UTC`,
    resources && `on ${resources.join(', ')}`,
    models && `with ${models.join(', ')}`,
    perHour !== undefined && `${perHour} uses an hour at the most`,
  ].filter(one => typeof one === 'string')
}

/** What is missing or doubtful about it, and what to do. */
export function lacksOf(one: ConsumerRecord): { what: Lack; text: string }[] {
  return [
    one.owner === null && {
      what: 'no-owner' as const,
      text: 'Nobody owns it: nobody would restart or check it.',
    },
    one.reload.how === 'unknown' && {
      what: 'reload-unknown' as const,
      text: 'Nobody has said how it takes up a new value. If in doubt enter "restart".',
    },
    'documented' in one.reload &&
      !one.reload.documented && {
        what: 'undocumented' as const,
        text: 'How to restart it is not written down. Write the steps down, and try them once.',
      },
    one.observability === 'none' && {
      what: 'unseen' as const,
      text: 'It cannot be observed: its silence proves nothing. Use the SDK, the wrapper or telemetry, or name who attests.',
    },
    one.idle !== null && { what: 'idle' as const, text: 'It was declared idle: it is not waited for.' },
  ].filter(lack => lack !== false)
}
export type Lack = 'no-owner' | 'reload-unknown' | 'undocumented' | 'unseen' | 'idle'
