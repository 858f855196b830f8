// What the fleet reports about itself, on its way to the control plane: whole, at once, by the one who may say it.
import type { Observation, Source, Statement } from '@rekey/core'
import { takeIn } from '@rekey/server'
import { idOf, type Member } from '../fleet/member.ts'
import type { Reports } from '../fleet/reports.ts'
import type { Engine } from './engine.ts'
import { credentialId, type Field } from './field.ts'

export interface Hearing extends Reports {
  /** From now on it is listened, and so it can be said that nothing was missed. */
  begin(): void
}

const ids = { sdk: 'sdk/fleet', person: 'person/owner' } as const

export function hearingOf(field: Field, engine: Engine): Hearing {
  let sinceMs = field.nowMs
  let batches = 0
  let waiting: Observation[] = []
  const observed = (
    member: Member,
    instance: string | null,
    version: number | null,
    statement: Statement,
    by: keyof typeof ids,
  ): Observation => ({
    credential: credentialId,
    consumer: idOf(member),
    seenAs: null,
    instance,
    version,
    statement,
    atMs: field.nowMs,
    source: ids[by],
  })
  return {
    begin() {
      sinceMs = field.nowMs
      waiting = []
    },
    say(member, instance, version, statement, by) {
      // Whom nobody registered reports to nobody; the target alone knows of him.
      if (member.consumer === null || (by === undefined && member.truth.observability !== 'sdk')) return
      waiting.push(observed(member, instance, version, statement, by ?? 'sdk'))
    },
    async send() {
      const sent = waiting
      waiting = []
      const speaking = field.members.filter(
        one => one.consumer !== null && one.truth.observability === 'sdk' && one.truth.idle === null,
      )
      sent.push(
        ...speaking.map(one => observed(one, null, null, { says: 'covered', fromMs: sinceMs }, 'sdk')),
      )
      for (const kind of ['person', 'sdk'] as const) {
        const batch = sent.filter(one => one.source === ids[kind])
        if (batch.length === 0) continue
        const speaksFor = field.members.map(idOf)
        const source: Source = { id: ids[kind], kind, speaksFor, lagMs: 0, complete: true, revoked: false }
        const { refused } = await takeIn(engine.ground, source, `${kind}-${++batches}`, batch)
        if (refused.length > 0) throw new Error(`seed ${field.seed}: refused as ${refused[0]?.why}`)
      }
    },
  }
}
