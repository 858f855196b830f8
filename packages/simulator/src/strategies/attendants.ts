// The people around Rekey: they read what a gate finds missing and do it, within the hour, as careful people do. Each thing that
// they do costs them minutes, which are counted.
import { isUnderway, type Missing, minuteMs, type Refusal } from '@rekey/core'
import { ask, claimGhost } from '@rekey/server'
import { launch } from '../fleet/live.ts'
import { idOf, type Member } from '../fleet/member.ts'
import { person } from '../world.ts'
import type { Engine } from './engine.ts'
import { credentialId, type Field, inLongRun } from './field.ts'
import type { Hearing } from './hearing.ts'
import type { Work } from './work.ts'

type Chore = 'restart' | 'exercise' | 'attest' | 'override' | 'claim'

export const choreMinutes: Record<Chore | 'look', number> = {
  restart: 5,
  exercise: 10,
  attest: 3,
  override: 5,
  claim: 30,
  look: 10,
}

const remedies: Partial<Record<Missing['what'], Chore>> = {
  'instance-behind': 'restart',
  'truth-old': 'restart',
  'truth-mixed': 'restart',
  'truth-unknown': 'restart',
  'refused-with-new': 'restart',
  degraded: 'restart',
  'fallback-in-use': 'restart',
  'no-success': 'restart',
  'not-exercised': 'exercise',
  'no-exception-path': 'exercise',
  'fallback-unconfirmed': 'attest',
  'cannot-be-observed': 'override',
  'no-live-instance': 'override',
  'silence-unproved': 'override',
  'no-owner': 'override',
  ghost: 'claim',
}

export interface Attendants {
  hear(refusals: readonly Refusal[]): void
  act(rotation: string): Promise<void>
}

export function attendantsOf(
  field: Field,
  engine: () => Engine,
  hearing: () => Hearing,
  work: () => Work,
): Attendants {
  const chores = new Map<string, { chore: Chore; missing: Missing; atMs: number }>()
  const spend = (what: keyof typeof choreMinutes) => {
    field.tally.peopleMinutes += choreMinutes[what]
  }
  const command = (rotation: string, asked: Parameters<typeof ask>[2]) =>
    ask(engine().ground, rotation, asked, person('alice'))

  /** Is there still anything to do, when he comes to it? */
  const isBehind = (member: Member): boolean => {
    const due = engine()
      .store.assignments(credentialId)
      .find(row => row.consumer === idOf(member))?.version
    return member.instances.some(({ held, session }) => {
      const inSession = session !== null && session.untilMs > field.nowMs && session.version !== due
      return inSession || (held !== null && held.version !== due)
    })
  }
  const restart = (member: Member): boolean => {
    if (!isBehind(member)) return false
    work().restart(member)
    return true
  }
  const exercise = (member: Member) => {
    if (member.truth.idle !== null || member.truth.cadence.how === 'continuous') return
    for (const one of member.instances) {
      if (member.truth.reload.how === 'by-hand') work().restart(member)
      launch(member, one, work().surroundingsOf(member))
    }
    spend('exercise')
  }
  const override = async (rotation: string, { gate, consumer }: Missing) => {
    if (consumer === null) return
    await command(rotation, { do: 'override', gate, consumer, reason: 'looked at it where it runs' })
    spend('override')
  }

  /** A derived token lives on its parent's value: it cannot show work with its own while the two differ, and that is seen. */
  const resume = async (rotation: string) => {
    const answer = await command(rotation, { do: 'resume' })
    if (answer.ok || 'overtaken' in answer) return
    for (const missing of answer.refusals.flatMap(refusal => refusal.missing)) {
      const member = field.members.find(one => idOf(one) === missing.consumer)
      const works = member?.instances.every(({ held }) => held !== null && field.target.accepts(held.value))
      const isDerived = member?.truth.access.how === 'indirect'
      if (isDerived && works && missing.what === 'no-success') await override(rotation, missing)
    }
  }

  return {
    hear(refusals) {
      for (const missing of refusals.flatMap(refusal => refusal.missing)) {
        const chore = remedies[missing.what]
        const key = `${chore} ${missing.consumer} ${chore === 'override' ? missing.gate : ''}`
        if (chore === undefined || chores.has(key)) continue
        const delayMs = field.dice.between(`delay of ${key}`, 5, 60) * minuteMs
        chores.set(key, { chore, missing, atMs: field.nowMs + delayMs })
      }
    },

    async act(rotation) {
      for (const [key, due] of chores) {
        if (due.atMs > field.nowMs) continue
        const { chore, missing } = due
        const members = field.members.filter(
          one => one.consumer !== null && (missing.consumer === null || idOf(one) === missing.consumer),
        )
        const ends = members.filter(isBehind).map(one => inLongRun(one, field.nowMs) ?? 0)
        const runsUntilMs = Math.max(0, ...ends)
        if (chore !== 'attest' && chore !== 'claim' && missing.consumer !== null && runsUntilMs > 0) {
          // Nobody ends a run of days for this: he comes back when it is over.
          due.atMs = runsUntilMs
          continue
        }
        chores.delete(key)
        if (chore === 'restart') {
          const behind = members.filter(restart)
          for (const _ of behind) spend('restart')
          // It works, and nothing but the target could say so, which knows no lanes.
          const unseen = members.some(one => one.truth.observability === 'none')
          if (behind.length === 0 && unseen && missing.what === 'no-success')
            await override(rotation, missing)
        }
        if (chore === 'exercise') for (const one of members) exercise(one)
        if (chore === 'attest') for (const one of members) attest(hearing(), one, () => spend('attest'))
        if (chore === 'override') {
          // He looks first, and what he finds behind he restarts.
          for (const one of members) if (restart(one)) spend('restart')
          await override(rotation, missing)
        }
        if (chore === 'claim') await claim(field, engine(), () => spend('claim'))
      }
      const state = engine().stateOf(rotation)
      if (state === null || !isUnderway(state) || state.phase === 'running') return
      spend('look')
      if (state.phase === 'held') await command(rotation, { do: 'release' })
      if (state.phase === 'stuck') await command(rotation, { do: 'retry', reason: 'looked at it' })
      if (state.phase === 'contained') await resume(rotation)
    },
  }
}

function attest(hearing: Hearing, member: Member, spend: () => void): void {
  const versions = new Set(member.instances.map(one => one.held?.version))
  const [version] = versions
  if (versions.size !== 1 || version === undefined) return
  hearing.say(member, null, version, { says: 'fallback', state: 'confirmed' }, 'person')
  spend()
}

/** Whoever runs it is found, and from then on it is registered and gets the value like everyone. */
async function claim(field: Field, { ground, store }: Engine, spend: () => void): Promise<void> {
  for (const ghost of store.ledger(credentialId).ghosts) {
    const member = field.members.find(one => one.consumer === null && ghost.seenAs === idOf(one))
    if (ghost.state !== 'open' || member === undefined) continue
    if (!(await claimGhost(ground, ghost, member.truth, person('alice')))) continue
    member.consumer = member.truth
    spend()
  }
}
