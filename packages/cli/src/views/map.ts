// Who depends on a credential: the five questions with their answers, readiness, advice, and how far a compromise would reach. The API
// says it as the core does, without a schema, so what is read here is only what is there.
import { type Block, blank, fields, heading, line, remedy } from '../show/blocks.ts'
import { span, type Times } from '../show/times.ts'
import { good, parts, quiet, type Words, warn } from '../show/words.ts'
import { some, state } from './states.ts'

interface Ref {
  consumer: string
  name: string
  owner: string | null
}

interface Questions {
  authenticates: { direct: Ref[]; indirect: (Ref & { through: string[]; reachesTarget: boolean })[] }
  refreshesOnlyOnRestart: (Ref & { how: string; documented: boolean | null })[]
  keepsSessions: (Ref & { sessionMs: number; checkpoints: boolean })[]
  rareOrEmergency: (Ref & { pathClass: string; lastExercisedAtMs: number | null })[]
  boundaries: { tolerateTwo: Ref[]; onlyOne: Ref[] }
  unknown: (Ref & { what: string })[]
}

export interface CredentialMap {
  questions: unknown
  readiness: unknown
  advice: unknown
  calendar: unknown
  reach: { consumers: number; agents: number; owners: number }
}

interface Readiness {
  verdict: string
  items: { missing: { text: string; how: string; blocks: boolean }[] }[]
}

interface Advice {
  advice: string
  text: string
  how: string
}

export function mapBlocks(map: CredentialMap, times: Times): Block[] {
  const questions = map.questions as Questions
  const { reach } = map
  return [
    heading('Who authenticates with it?'),
    ...answers(questions.authenticates.direct, () => ''),
    ...(questions.authenticates.indirect.length === 0 ? [] : answers(questions.authenticates.indirect, way)),
    blank,
    heading('Who refreshes only when somebody restarts it?'),
    ...answers(questions.refreshesOnlyOnRestart, one =>
      one.documented === false ? warn(`${one.how}, not written down`) : quiet(one.how),
    ),
    blank,
    heading('Who keeps sessions alive?'),
    ...answers(questions.keepsSessions, one =>
      quiet(`up to ${span(one.sessionMs)}${one.checkpoints ? ', with checkpoints' : ''}`),
    ),
    blank,
    heading('Which rare or emergency tools need it?'),
    ...answers(questions.rareOrEmergency, one =>
      one.lastExercisedAtMs === null
        ? warn('has never been seen to run')
        : quiet(`last ran ${times.near(one.lastExercisedAtMs)}`),
    ),
    blank,
    heading('Who tolerates only one valid version?'),
    ...answers(questions.boundaries.onlyOne, () => ''),
    ...unknowns(questions.unknown),
    blank,
    ...readinessBlocks(map.readiness as Readiness, times),
    ...adviceBlocks(map.advice as Advice[], times),
    blank,
    heading('How far would a compromise reach?'),
    fields([
      [
        '',
        `${some(reach.consumers, 'consumer')}, ${some(reach.agents, 'agent')}, ${some(reach.owners, 'owner')}`,
      ],
    ]),
  ]
}

function answers<R extends Ref>(refs: readonly R[], more: (one: R) => Words): Block[] {
  if (refs.length === 0) return [line(quiet('nobody'), 2)]
  return refs.map(one => {
    const said = more(one)
    const who = `${one.name}${one.owner === null ? '' : ` (${one.owner})`}`
    return line(said === '' ? who : [`${who}: `, ...parts(said)], 2)
  })
}

const way = (one: { through: string[]; reachesTarget: boolean }): Words =>
  one.reachesTarget
    ? quiet(`through ${one.through.join(', ')}`)
    : warn(`through ${one.through.join(', ')}, who is not known`)

function unknowns(found: Questions['unknown']): Block[] {
  if (found.length === 0) return []
  return [
    blank,
    heading('What nobody knows'),
    ...found.map(one => line([warn(one.what), ` of ${one.name}`], 2)),
  ]
}

function readinessBlocks({ verdict, items }: Readiness, times: Times): Block[] {
  const missing = items.flatMap(one => one.missing)
  return [
    heading('Is it ready for its next rotation?'),
    line(state(verdict), 2),
    ...missing.flatMap(one => [
      line([one.blocks ? warn('blocks: ') : quiet('warns: '), times.said(one.text)], 2, 2),
      remedy(one.how, 4),
    ]),
  ]
}

function adviceBlocks(advice: readonly Advice[], times: Times): Block[] {
  if (advice.length === 0) return [blank, heading('Advice'), line(good('none'), 2)]
  return [
    blank,
    heading('Advice'),
    ...advice.flatMap(one => [
      line([warn(one.advice), ` ${times.said(one.text)}`], 2, 2),
      remedy(one.how, 4),
    ]),
  ]
}
