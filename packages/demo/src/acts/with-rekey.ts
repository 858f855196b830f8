// Act 2: the same platform, and the same question: may the old token go? Rekey says no, names whom nobody thought of, and says yes when each has
// moved.
import type { RotationView } from '@rekey/wire'
import { AnswerError } from '../plane/control-plane.ts'
import { forgotten, type MemberId, memberOf, members } from '../platform/members.ts'
import { ghostIn, type Missing, missingIn, Refusals, shortly } from './refusals.ts'
import { claim, credential, giveAgent, register } from './register.ts'
import { now, type Scene, seconds } from './scene.ts'
import { look, type Seen } from './watch.ts'

export interface WithRekey {
  jobs: number
  failedJobs: number
  degradedJobs: number
  refusedFor: { who: string; gate: string; text: string }[]
  ending: string
  /** Asked of Docstore by somebody else than Rekey. */
  oldTokenRefused: boolean
  seconds: number
  why: string[]
}

const betweenMs = 300
/** A busy machine is slow; one that hangs is told of. */
const mostMs = 300_000
/** After a night: the next one is far away then. */
const afterNightMs = 2_500
const largeFileAfterMs = 2_000

export const nameOf = (id: string) => memberOf(id as MemberId)?.name ?? id

/** Everybody that the team knows of, on the SDK or under `rekey run`. */
export async function prepare(scene: Scene, ids: readonly MemberId[]): Promise<void> {
  await register(scene, ids)
  await scene.platform.start()
}

export async function withRekey(scene: Scene): Promise<WithRekey> {
  const { clock, platform, stage, world } = scene
  stage.say('Everybody works. Seven of the eight are registered: the SDK or rekey run gives them the token.')
  platform.begin({ firstNightMs: 1_500, firstLargeFileMs: 60_000 })
  await clock.until('a night is over', () => platform.nights > 0, 30_000)
  await clock.wait(afterNightMs)
  const opened = await world.person.ask<RotationView>('POST', `/credentials/${credential}/rotations`, {
    reason: 'the token is a year old',
    wish: 'waves',
  })
  const gaps = opened.plan.gaps.map(gap => gap.text)
  if (gaps.length > 0) throw new Error(`the plan has gaps: ${gaps.join('; ')}`)
  scene.pausable(opened.id)
  stage.say(
    `A rotation is opened: ${opened.plan.waves.length} waves, quick ones first, rare ones last.`,
    'rekey',
  )
  const walked = new Walk(scene, opened.id)
  const ending = await walked.toItsEnd()
  scene.pausable(null)
  const oldTokenRefused = !(await world.docstore.accepts(scene.token.value))
  const { tally } = platform
  if (oldTokenRefused) {
    stage.say('The old token is destroyed, and Docstore was asked: it refuses it.', 'good')
  }
  stage.say(
    `${tally.jobs} jobs, ${tally.failedJobs} failed. Nobody was cut off, for nobody was forgotten.`,
    tally.failedJobs === 0 ? 'good' : 'bad',
  )
  await scene.beat()
  return {
    jobs: tally.jobs,
    failedJobs: tally.failedJobs,
    degradedJobs: tally.degradedJobs,
    refusedFor: walked.refusals.demands.map(({ who, gate, text }) => ({ who, gate, text })),
    ending,
    oldTokenRefused,
    seconds: Math.round((now() - opened.openedMs) / 1_000),
    why: tally.why,
  }
}

class Walk {
  readonly refusals = new Refusals()
  readonly #scene: Scene
  readonly #id: string
  readonly #beganMs: number
  #saidWaves = 0
  #saidStep = ''
  #isGranted = false
  #largeFileIsDone = false
  /** What a person is doing just now. */
  #doing: Promise<void> | null = null
  #failure: unknown = null
  readonly #done = new Set<string>()

  constructor(scene: Scene, id: string) {
    this.#scene = scene
    this.#id = id
    this.#beganMs = scene.clock.ranMs
  }

  async toItsEnd(): Promise<string> {
    const { clock } = this.#scene
    const large = clock.wait(largeFileAfterMs).then(() => this.#largeFile())
    large.catch(() => undefined)
    for (;;) {
      const seen = await look(this.#scene, this.#id)
      const { phase, ending, problem, step } = seen.rotation
      if (this.#failure !== null) throw this.#failure
      if (phase === 'ended') {
        await large
        return ending ?? ''
      }
      if (phase === 'stuck' || phase === 'contained')
        throw new Error(`it is ${phase}: ${problem?.text ?? step?.waitsFor ?? ''}`)
      if (this.#ranMs > mostMs)
        throw new Error(`it did not end in time: ${step?.do}, ${step?.waitsFor ?? ''}`)
      this.#tell(seen)
      this.#nameWhoIsOwed(seen)
      // Whoever asks knows that it has run; Rekey does not.
      const mayAsk = phase === 'running' && step?.do === 'observe' && this.#largeFileIsDone
      if (mayAsk && !this.#isGranted) await this.#askToRetire()
      await clock.wait(betweenMs)
    }
  }

  get #ranMs(): number {
    return this.#scene.clock.ranMs - this.#beganMs
  }

  async #largeFile(): Promise<void> {
    const { platform, stage } = this.#scene
    stage.say('Somebody uploads a large file. A fallback takes it that is on nobody’s list.')
    await platform.run(forgotten)
    this.#largeFileIsDone = true
  }

  #tell({ rotation }: Seen): void {
    const { stage } = this.#scene
    const moved = new Set(rotation.assignments.filter(one => one.side === 'new').map(one => one.consumer))
    for (const { name, consumers } of rotation.plan.waves.slice(this.#saidWaves)) {
      if (!consumers.some(one => moved.has(one))) break
      this.#saidWaves++
      stage.say(`Wave "${name}" is moved: ${consumers.map(nameOf).join(', ')}.`, 'rekey')
    }
    const step = rotation.step?.do ?? ''
    if (step === this.#saidStep) return
    this.#saidStep = step
    if (step === 'watch') {
      stage.say(
        'The old token is disabled, not gone: a whole night is watched, and it could be given back at once.',
        'rekey',
      )
    }
  }

  /** The ledger names whoever has not shown itself also before anybody asks. */
  #nameWhoIsOwed({ ledger, rotation }: Seen): void {
    if (this.refusals.times > 0 || rotation.step?.do !== 'move') return
    const moved = ledger.rows.filter(row => row.movedMs !== null)
    this.refusals.note(
      moved.flatMap(row => row.missing),
      nameOf,
    )
  }

  async #askToRetire(): Promise<void> {
    const { stage, world } = this.#scene
    const missing = await world.person.ask('POST', `/rotations/${this.#id}/retire`, {}).then(
      () => null,
      (error: unknown) => {
        if (error instanceof AnswerError && error.status === 409) return missingIn(error.problem.faults ?? [])
        throw error
      },
    )
    if (missing === null) {
      this.#isGranted = true
      this.refusals.allMet()
      stage.demands = this.refusals.demands
      stage.say(
        `May the old token go? Yes: every gate is open, ${seconds(this.#ranMs)} after the start.`,
        'good',
      )
      return
    }
    if (this.refusals.times === 0) {
      stage.say('The new token is where the script would have put it, and all is quiet.')
      stage.say('May the old token go? Rekey says no:', 'rekey')
    }
    for (const one of this.refusals.take(missing, nameOf)) stage.say(`  ${shortly(one)}`, 'bad')
    stage.demands = this.refusals.demands
    stage.changed()
    this.#act(missing)
  }

  /** A person does what is asked for, one thing after the other. */
  #act(missing: readonly Missing[]): void {
    if (this.#doing !== null) return
    for (const one of missing) {
      const remedy = this.#remedyFor(one)
      if (remedy === null || this.#done.has(remedy.name)) continue
      this.#done.add(remedy.name)
      this.#doing = this.#scene
        .beat()
        .then(remedy.act)
        .catch(error => {
          this.#failure = error
        })
        .finally(() => {
          this.#doing = null
        })
      return
    }
  }

  #remedyFor(one: Missing): { name: string; act: () => Promise<void> } | null {
    const { platform, stage } = this.#scene
    if (one.what === 'not-exercised' && one.consumer === 'support-replay') {
      return {
        name: 'replay',
        act: async () => {
          stage.say('Support runs the replay tool once, on purpose.')
          await platform.run('support-replay')
        },
      }
    }
    if (one.what === 'not-exercised' && one.consumer === 'reconciliation') {
      return {
        name: 'cron',
        act: async () =>
          stage.say('The reconciliation runs tonight. Nobody has to think of it: Rekey waits.'),
      }
    }
    if (one.what === 'fallback-unconfirmed') {
      return {
        name: 'fallback',
        act: async () => {
          stage.say('The AI team switches the silent fallback off: a failure is to be one.')
          platform.fallbackOff('summariser')
        },
      }
    }
    const ghost = one.what === 'ghost' ? ghostIn(one) : null
    if (ghost === null || ghost !== memberOf(forgotten).userAgent) return null
    return { name: 'ghost', act: () => this.#claimGhost(ghost) }
  }

  async #claimGhost(ghost: string): Promise<void> {
    const { clock, platform, stage, world } = this.#scene
    stage.say(`Docstore has seen ${ghost}. The Intake team finds it, claims it, and puts it under rekey run.`)
    await claim(world.person, ghost, forgotten)
    await giveAgent(this.#scene, forgotten)
    await clock.until('the rotation has taken it in', async () => {
      const { rotation } = await look(this.#scene, this.#id)
      return rotation.assignments.some(row => row.consumer === forgotten && row.side === 'new')
    })
    await platform.run(forgotten)
    stage.say('The fallback has done a large file with the new token.', 'good')
  }
}

export const allIds = members.map(one => one.id)
export const knownIds = allIds.filter(id => id !== forgotten)
