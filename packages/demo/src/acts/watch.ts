// Looks at a rotation again and again, as a person with the page open would, and puts what is there on the stage.
import type { LedgerView, RotationView } from '@rekey/wire'
import type { Person } from '../plane/control-plane.ts'
import { type MemberId, memberOf, members } from '../platform/members.ts'
import type { KeyState } from '../show/keys.ts'
import { credential, versions } from './register.ts'
import type { Scene } from './scene.ts'

export interface Seen {
  rotation: RotationView
  ledger: LedgerView
  ghosts: { seenAs: string; state: string }[]
}

export async function look({ world, stage }: Scene, id: string): Promise<Seen> {
  const { person } = world
  const [rotation, ledger, { items: ghosts }] = await Promise.all([
    person.ask<RotationView>('GET', `/rotations/${id}`),
    person.ask<LedgerView>('GET', `/rotations/${id}/ledger`),
    person.ask<{ items: Seen['ghosts'] }>('GET', `/credentials/${credential}/ghosts`),
  ])
  await showKeys(person, stage.keys)
  const isOpen = rotation.phase !== 'ended'
  stage.truths = new Map(isOpen ? ledger.rows.map(row => [row.consumer, row.truth]) : [])
  const open = new Set(ghosts.filter(one => one.state === 'open').map(one => one.seenAs))
  stage.ghosts = new Set(members.filter(one => open.has(one.userAgent)).map(one => one.id))
  stage.step = isOpen ? inWords(rotation) : null
  stage.changed()
  return { rotation, ledger, ghosts }
}

const states: Record<string, KeyState> = { suspended: 'disabled', destroyed: 'dead', dead: 'dead' }

export async function showKeys(person: Person, keys: Scene['stage']['keys']): Promise<void> {
  for (const { number, handle, state } of await versions(person)) {
    if (handle === null) continue
    keys.add(handle, number)
    keys.setState(handle, states[state] ?? 'good')
  }
}

/** The step, as people would say it. */
function inWords({ phase, step, plan, assignments }: RotationView): string {
  if (phase !== 'running' || step === null) return phases[phase] ?? phase
  if (step.do === 'probe') {
    return plan.course[step.at - 1]?.startsWith('probe old') === true
      ? 'asks Docstore whether it refuses the old token'
      : 'tries the new token'
  }
  if (step.do !== 'move') return steps[step.do] ?? step.do
  const moved = new Set(assignments.filter(one => one.side === 'new').map(one => one.consumer))
  const wave = plan.waves.findLast(one => one.consumers.some(id => moved.has(id)))
  if (wave === undefined) return 'moves the first'
  return `waits for proof: ${wave.consumers.map(nameOf).join(', ')}`
}

const nameOf = (id: string) => memberOf(id as MemberId)?.name ?? id
const phases: Record<string, string> = {
  planned: 'planned',
  held: 'waits, as the story does',
  contained: 'contained',
  stuck: 'stuck',
}
const steps: Record<string, string> = {
  mint: 'makes a new token',
  observe: 'looks at everybody',
  disable: 'disables the old token',
  watch: 'watches: the old token is disabled, and could be given back',
  destroy: 'destroys the old token',
}
