// What a plan still needs (2.3): each gap names who, and what to do. Can it be overridden? Yes, where a named person can know
// better and the gates still ask for evidence later; no, where there would be nobody to tell, nobody to prove it, or a
// record that contradicts itself.
import type { Abilities } from '../abilities.ts'
import type { Consumer } from '../consumer.ts'
import type { Credential } from '../credential.ts'
import { nameOf, nameSome, verb } from './naming.ts'
import { canBeSeen } from './owed.ts'
import { finite, isDirect } from './pace.ts'
import type { Gap } from './plan.ts'

export function gapsOf(
  credential: Credential,
  consumers: readonly Consumer[],
  abilities: Abilities,
  firstVersion: boolean,
): Gap[] {
  const gaps: Gap[] = []
  const gap = (code: string, overridable: boolean, text: string, how: string) =>
    gaps.push({ code, text, how, overridable })
  const among = (
    code: string,
    overridable: boolean,
    who: readonly Consumer[],
    text: (names: string) => string,
    how: string,
  ) => {
    if (who.length > 0) gap(code, overridable, text(nameSome(who)), how)
  }

  if (!credential.owner) {
    gap(
      'owner-missing',
      false,
      `${nameOf(credential)} has no owner: nobody would be told when it fails, and nobody may decide on retirement.`,
      'Enter a person or a team as its owner.',
    )
  }
  const [lost, looped] = brokenParents(consumers)
  among(
    'through-missing',
    false,
    lost,
    names => `${names} ${verb(lost, 'goes', 'go')} through a consumer that is not registered.`,
    'Register the consumer that hands the token on, or correct "through".',
  )
  among(
    'through-loop',
    false,
    looped,
    names =>
      `${names} ${verb(looped, 'goes', 'go')} through one another in a circle: none of them holds the credential.`,
    'Mark the one that authenticates at the target as direct.',
  )
  // The first version replaces nothing: there is no old use that could be missed.
  if (firstVersion) return gaps

  const direct = consumers.filter(isDirect)
  if (direct.length === 0) {
    gap(
      'consumers-missing',
      false,
      'No direct consumer is registered: if nobody is asked, nobody can fail, and that proves nothing.',
      "Register who uses it (look at the target's usage and at the scan of configuration), or end the credential if nobody does.",
    )
  }
  const unowned = direct.filter(consumer => !consumer.owner)
  among(
    'consumer-owner-missing',
    true,
    unowned,
    names => `${names} ${verb(unowned, 'has', 'have')} no owner: nobody answers for the move.`,
    'Enter an owner for each.',
  )
  const unknown = consumers.filter(consumer => consumer.reload.how === 'unknown')
  among(
    'reload-unknown',
    true,
    unknown,
    names => `Nobody has said how ${names} ${verb(unknown, 'takes', 'take')} up a new value.`,
    'Ask the owner and enter it; if in doubt enter "restart".',
  )
  const undocumented = consumers.filter(({ reload }) => 'documented' in reload && !reload.documented)
  among(
    'restart-undocumented',
    true,
    undocumented,
    names => `How to restart or reload ${names} is not written down.`,
    'Write the steps down, try them once, and mark them as documented.',
  )
  const unseen = consumers.filter(consumer => !canBeSeen(consumer, abilities, direct.length))
  among(
    'consumer-unobservable',
    true,
    unseen,
    names => `${names} cannot be observed: silence would prove nothing.`,
    'Use the SDK, the run wrapper or telemetry with a version mark; or name a person who will attest.',
  )
  if (abilities.usage === 'none' && unseen.length > 0) {
    gap(
      'usage-unseen',
      true,
      'The target does not tell who uses a version, and not every consumer can be observed otherwise: a forgotten user would be found only when it fails.',
      'Make each consumer observable, or watch for authentication errors for a full cycle after disabling.',
    )
  }
  const senseless = consumers.filter(
    ({ cadence }) => cadence.how === 'every' && finite(cadence.everyMs) === 0,
  )
  among(
    'cadence-unknown',
    true,
    senseless,
    names =>
      `How often ${names} ${verb(senseless, 'runs', 'run')} is not known: no window can be made from it.`,
    'Enter the rhythm, or "on demand".',
  )
  gaps.push(...exceptionGaps(consumers))

  const proved = new Set(consumers.flatMap(consumer => consumer.lanes))
  const open = credential.lanes.filter(lane => !proved.has(lane))
  if (open.length > 0) {
    gap(
      'lane-unproved',
      true,
      `No consumer runs ${verb(open, 'the lane', 'the lanes')} ${open.join(', ')}: nobody could show that it still works.`,
      'Name the lane at the consumer that runs it, or strike it from the credential.',
    )
  }
  if (abilities.maxLive <= 1 && abilities.byHand.includes('mint')) {
    gap(
      'rollback-missing',
      true,
      'There is no way back: the target holds one version, and a new one can only be issued by hand.',
      'Agree who issues another value, how, and how fast; have that person at hand.',
    )
  }
  return gaps
}

/** An exception path that everyone knows and nobody registered is the one that fails a week later. */
function exceptionGaps(consumers: readonly Consumer[]): Gap[] {
  if (consumers.some(consumer => consumer.pathClass === 'exception')) return []
  const known = new Set(consumers.flatMap(consumer => [consumer.id, consumer.name]))
  const hints = consumers.filter(
    ({ behaviour, fallback }) =>
      behaviour === 'admin-tool' ||
      behaviour === 'replay-script' ||
      behaviour === 'fallback-service' ||
      (fallback.how === 'same-credential' && !known.has(fallback.to)),
  )
  if (hints.length === 0) return []
  return [
    {
      code: 'exception-path-missing',
      text: `No exception path is named, though ${nameSome(hints)} ${verb(hints, 'points', 'point')} to one (fallback, replay or admin work with this credential).`,
      how: 'Register the fallback, replay or emergency tool as a consumer with path class "exception".',
      overridable: true,
    },
  ]
}

/** Those whose parent does not exist, and those that never come to a direct consumer. Each is visited once. */
function brokenParents(consumers: readonly Consumer[]): [Consumer[], Consumer[]] {
  const known = new Map(consumers.map(consumer => [consumer.id, consumer]))
  const parent = ({ access }: Consumer) => (access.how === 'indirect' ? known.get(access.through) : undefined)
  const circular = new Map<string, boolean>()
  for (const start of consumers) {
    const path = new Set<string>()
    let at: Consumer | undefined = start
    while (at && !circular.has(at.id) && !path.has(at.id)) {
      path.add(at.id)
      at = parent(at)
    }
    const loops = at !== undefined && (circular.get(at.id) ?? true)
    for (const id of path) circular.set(id, loops)
  }
  return [
    consumers.filter(consumer => !isDirect(consumer) && !parent(consumer)),
    consumers.filter(consumer => circular.get(consumer.id)),
  ]
}
