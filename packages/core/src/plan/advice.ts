// When to split a credential, or to go slower (1.8). Advice stops nothing: what must stop a rotation is a gap.
import type { Abilities } from '../abilities.ts'
import type { Behaviour, Consumer } from '../consumer.ts'
import { isRare } from '../consumer.ts'
import type { Credential } from '../credential.ts'
import { byId, nameOf, nameSome, verb } from './naming.ts'
import { canBeSeen } from './owed.ts'
import { isDirect } from './pace.ts'

export interface Advice {
  code:
    | 'many-runtime-classes'
    | 'many-agents'
    | 'unobservable'
    | 'critical-rare-path'
    | 'hidden-degradation'
    | 'consumer-without-owner'
    | 'static-discouraged'
  advice: 'split' | 'slow-down' | 'replace'
  text: string
  how: string
  consumers: string[]
}

export const mostRuntimeClasses = 4
/** Three agents on one credential: revoking it for one halts the other two, and no log tells them apart. */
export const manyAgents = 3
const agents: readonly Behaviour[] = ['agent', 'sub-agent', 'ai-worker']

export interface AdviceInput {
  credential: Credential
  consumers: readonly Consumer[]
  abilities: Abilities
  /** The policy's word on credentials of this kind. */
  policyAdvice?: string | null
}

export function advise({ credential, consumers, abilities, policyAdvice }: AdviceInput): Advice[] {
  const sorted = [...consumers].sort(byId)
  const direct = sorted.filter(isDirect)
  const found: Advice[] = []
  const add = (
    code: Advice['code'],
    advice: Advice['advice'],
    who: readonly Consumer[],
    text: (names: string) => string,
    how: string,
  ) => {
    if (who.length > 0)
      found.push({ code, advice, text: text(nameSome(who)), how, consumers: who.map(one => one.id) })
  }

  const classes = new Set(direct.map(consumer => consumer.behaviour))
  add(
    'many-runtime-classes',
    'split',
    classes.size > mostRuntimeClasses ? direct : [],
    () =>
      `${nameOf(credential)} serves ${classes.size} classes of runtime: every rotation has to fit the slowest of them.`,
    'Issue one credential for each class of runtime.',
  )
  const sharing = direct.filter(consumer => agents.includes(consumer.behaviour))
  add(
    'many-agents',
    'split',
    sharing.length >= manyAgents ? sharing : [],
    names => `${names} share one credential: if one of them is compromised, all ${sharing.length} lose it.`,
    'Issue one credential for each agent.',
  )
  const unseen = sorted.filter(consumer => !canBeSeen(consumer, abilities, direct.length))
  add(
    'unobservable',
    'slow-down',
    unseen,
    names =>
      `Whether ${names} ${verb(unseen, 'has', 'have')} moved cannot be seen: a rotation could only hope.`,
    'Make them observable first; until then move them last and keep both versions for a full cycle.',
  )
  const grave = sorted.filter(consumer => isRare(consumer) && consumer.critical)
  add(
    'critical-rare-path',
    'slow-down',
    grave,
    names =>
      `${names} ${verb(grave, 'runs', 'run')} rarely, and the business depends on ${verb(grave, 'it', 'them')}: a fault would show when it is needed most.`,
    'Run it with the new version before anything is retired; better, give it a credential of its own.',
  )
  const hiding = sorted.filter(consumer => consumer.fallback.how === 'degrades')
  add(
    'hidden-degradation',
    'slow-down',
    hiding,
    names =>
      `${names} ${verb(hiding, 'falls', 'fall')} back to something else when authentication fails: the rotation would look fine while work gets worse.`,
    'Disable the fallback while the rotation runs, or have the consumer report that it ran degraded.',
  )
  const unowned = direct.filter(consumer => !consumer.owner)
  add(
    'consumer-without-owner',
    'slow-down',
    unowned,
    names =>
      `${names} ${verb(unowned, 'has', 'have')} no owner: nobody would restart or check ${verb(unowned, 'it', 'them')}.`,
    'Find an owner before the next rotation.',
  )
  if (policyAdvice) {
    const how = 'Plan the replacement; rotate on schedule until then.'
    found.push({ code: 'static-discouraged', advice: 'replace', text: policyAdvice, how, consumers: [] })
  }
  return found
}
