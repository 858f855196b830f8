// One rotation as a person sees it: opened, looked at, asked to be retired again and again, with every reason why not, until
// it is over.
import { AnswerError, type Person } from '@rekey/demo'

interface RotationSeen {
  id: string
  phase: string
  ending: string | null
  step: { do: string; waitsFor: string | null } | null
  problem: { code: string; text: string } | null
  plan: { gaps: { text: string }[]; waves: { name: string; consumers: string[] }[] }
  old: { version: number; life: string } | null
  new: { version: number; life: string } | null
}

export interface LedgerRow {
  consumer: string
  truth: string
  lastOldUseMs: number | null
  firstNewSuccessMs: number | null
  propagationMs: number | null
  safe: boolean
  missing: { gate: string; what: string; text: string }[]
}

export interface Watched {
  id: string
  ending: string
  tookMs: number
  waves: { name: string; consumers: string[] }[]
  rows: LedgerRow[]
  /** Why retirement was refused, by gate, with how often and one sentence. */
  refusals: Record<string, { times: number; what: string[]; text: string }>
  refusedBeforeExercise: number
  acceptedAfterExercise: boolean
}

export interface Watching {
  person: Person
  credential: string
  /** Runs what is rare, once the refusals have asked for it often enough. */
  exercise: () => Promise<void>
  longestMs: number
  reason: string
  /** Called when it is under way. */
  begun?: () => void
}

const refusedFirst = 3
const betweenMs = 400

export async function rotate({
  person,
  credential,
  exercise,
  longestMs,
  reason,
  begun,
}: Watching): Promise<Watched> {
  const beganMs = Date.now()
  const opened = await person.ask<RotationSeen>('POST', `/credentials/${credential}/rotations`, {
    reason,
    wish: 'waves',
  })
  const gaps = opened.plan.gaps.map(gap => gap.text)
  if (gaps.length > 0) throw new Error(`the plan of ${credential} has gaps: ${gaps.join('; ')}`)
  begun?.()
  const watched: Watched = {
    id: opened.id,
    ending: 'unfinished',
    tookMs: 0,
    waves: opened.plan.waves,
    rows: [],
    refusals: {},
    refusedBeforeExercise: 0,
    acceptedAfterExercise: false,
  }
  let exercised: Promise<void> | null = null
  for (;;) {
    const seen = await person.ask<RotationSeen>('GET', `/rotations/${opened.id}`)
    if (seen.phase === 'stuck' || seen.phase === 'contained') {
      throw new Error(`${credential} is ${seen.phase}: ${seen.problem?.text ?? seen.step?.waitsFor ?? ''}`)
    }
    if (seen.phase === 'ended') {
      watched.ending = seen.ending ?? ''
      watched.tookMs = Date.now() - beganMs
      return watched
    }
    if (Date.now() - beganMs > longestMs) {
      const waits = `${seen.phase}, ${seen.step?.do ?? ''}: ${seen.step?.waitsFor ?? ''}`
      const missing = watched.rows.flatMap(row => row.missing.map(one => one.text))
      throw new Error(
        `${credential} did not end in time (${waits}): ${JSON.stringify({ refusals: watched.refusals, missing })}`,
      )
    }
    watched.rows = (await person.ask<{ rows: LedgerRow[] }>('GET', `/rotations/${opened.id}/ledger`)).rows
    if (seen.step?.do.startsWith('observe') === true) {
      const { asked, isGranted } = await retire(person, opened.id, watched)
      if (isGranted) watched.acceptedAfterExercise = exercised !== null
      if (exercised === null && asked.some(one => one.what === 'not-exercised')) {
        watched.refusedBeforeExercise++
        if (watched.refusedBeforeExercise >= refusedFirst) exercised = exercise()
      }
    }
    await new Promise(resolve => setTimeout(resolve, betweenMs))
  }
}

async function retire(
  person: Person,
  rotation: string,
  { refusals }: Watched,
): Promise<{ asked: { gate: string; what: string; text: string }[]; isGranted: boolean }> {
  try {
    await person.ask('POST', `/rotations/${rotation}/retire`, {})
    return { asked: [], isGranted: true }
  } catch (error) {
    if (!(error instanceof AnswerError) || error.status !== 409) throw error
    const faults = (error.problem.faults ?? []) as {
      code: string
      text: string
      missing?: { gate: string; what: string; text: string }[]
    }[]
    const asked = faults.flatMap(one =>
      one.missing?.length ? one.missing : [{ gate: one.code, what: one.code, text: one.text }],
    )
    for (const { gate, what, text } of asked) {
      const known = refusals[gate] ?? { times: 0, what: [], text }
      refusals[gate] = known
      known.times++
      if (!known.what.includes(what)) known.what.push(what)
    }
    return { asked, isGranted: false }
  }
}
