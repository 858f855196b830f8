// Rekey itself: the real core, runner and store. What it decides is not modelled here; its people are.
import { isUnderway, minuteMs, type PlanOverride, secondMs, stepOf } from '@rekey/core'
import { type OpenRequest, openRotation } from '@rekey/server'
import { idOf } from '../fleet/member.ts'
import { accepted } from '../people/opening.ts'
import { person } from '../world.ts'
import { attendantsOf, choreMinutes } from './attendants.ts'
import { type Engine, engineOn } from './engine.ts'
import { credentialId, type Field } from './field.ts'
import { type Hearing, hearingOf } from './hearing.ts'
import type { Strategy } from './strategy.ts'
import { decisionMs } from './values.ts'

export const rekey: Strategy = {
  name: 'rekey',
  follows: 'this repository: core, runner and SQLite store as they are',
  assumptions: [
    'The policy is the default for an API key of normal sensitivity; no approval is asked for.',
    `People read what a gate finds missing and do it 5 to 60 minutes later. It costs them ${choreMinutes.restart} minutes to restart a consumer, ${choreMinutes.exercise} to run a rare one, ${choreMinutes.attest} to attest a fallback, ${choreMinutes.override} to look at a consumer and override a gate or a gap of the plan, ${choreMinutes.claim} to find the owner of a user that nobody registered.`,
    'They do not end a run of more than an hour without a checkpoint; the rotation waits for it.',
    'Consumers report through the SDK, except those registered as not observable. No report is lost.',
    'A leak is answered with one rotation that revokes first, opened by a person.',
  ],
  async begin(field, work) {
    let hearing: Hearing
    const people = attendantsOf(
      field,
      () => engine,
      () => hearing,
      work,
    )
    const engine: Engine = await engineOn(field, people.hear)
    hearing = hearingOf(field, engine)
    let rotation: string | null = null
    let pressedMs = Number.POSITIVE_INFINITY
    /** As recorded when last looked: each of the many consumers asks for it at each step. */
    let isOver = true
    let assigned = new Map<string, number>()
    const look = () => {
      const state = engine.stateOf(rotation)
      isOver = state === null || state.phase === 'ended'
      assigned = new Map(engine.store.assignments(credentialId).map(row => [row.consumer, row.version]))
    }
    look()
    const open = async (request: Pick<OpenRequest, 'trigger' | 'order'>) => {
      rotation = await opened(field, engine, request)
      hearing.begin()
      look()
    }
    /** Second by second, as long as it has something to do that waits for nobody. */
    const hurry = async (untilMs: number) => {
      while (field.nowMs < untilMs) {
        await engine.tick()
        look()
        const state = engine.stateOf(rotation)
        if (state === null || !isUnderway(state) || stepOf(state).do === 'observe') return
        field.nowMs += secondMs
      }
    }
    return {
      signals: true,
      read: member => engine.valueOf(assigned.get(idOf(member))),
      current() {
        const held = engine.valueOf(engine.store.credential(credentialId)?.currentVersion)
        if (held === null) throw new Error('there is always a current version')
        return held
      },
      async rotate() {
        await open({ trigger: { why: 'time' } })
      },
      async suspect() {
        pressedMs = field.nowMs + decisionMs
      },
      async goTo(toMs) {
        if (toMs < pressedMs) return
        field.nowMs = Math.max(field.nowMs, pressedMs)
        pressedMs = Number.POSITIVE_INFINITY
        if (!isOver) throw new Error(`seed ${field.seed}: a rotation is still under way after twelve days`)
        const incident = {
          why: 'incident',
          by: 'alice',
          reason: 'a leak is suspected',
          reference: null,
        } as const
        await open({ trigger: incident, order: 'revoke-first' })
        await hurry(field.nowMs + 10 * minuteMs)
      },
      hear(member, instance, version, statement) {
        if (!isOver) hearing.say(member, instance, version, statement)
      },
      async worked() {
        if (isOver) return
        await hearing.send()
        await engine.tick()
        if (rotation !== null) await people.act(rotation)
        look()
      },
      close: engine.close,
    }
  },
}

async function opened(
  field: Field,
  { ground }: Engine,
  request: Pick<OpenRequest, 'trigger' | 'order'>,
): Promise<string> {
  const by = person('alice')
  const overrides: PlanOverride[] = accepted.map(code => ({ code, by: by.id, reason: 'read and accepted' }))
  const answer = await openRotation(ground, { credential: credentialId, by, overrides, ...request })
  if (!answer.ok) throw new Error(`seed ${field.seed}: ${answer.text}`)
  if (answer.plan.gaps.length > 0) throw new Error(`seed ${field.seed}: ${answer.plan.gaps[0]?.text}`)
  field.tally.peopleMinutes += answer.plan.overrides.length * choreMinutes.override
  return answer.rotation
}
