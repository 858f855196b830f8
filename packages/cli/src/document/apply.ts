// Does the steps, one after the other, each under a key with which it has the effect of once. The first that fails ends it, unless it is
// to go on; then all that failed is told at the end.
import type { Talk } from '../call.ts'
import { consumerInput } from '../consumer-flags.ts'
import { exitCodes, Failure, failureOf } from '../exit.ts'
import { ProblemFailure } from '../plane/problem.ts'
import { line } from '../show/blocks.ts'
import { differences } from '../show/changes.ts'
import { progressOn } from '../show/progress.ts'
import { bad, gap, good, quiet } from '../show/words.ts'
import { toldFailure } from '../told.ts'
import { asSeen } from '../write.ts'
import { nameOf, stepJson, titleOf } from './show.ts'
import type { Step } from './steps.ts'

export interface Done {
  step: Step
  failure: Failure | null
}

export interface ApplyOptions {
  keepGoing: boolean
  reason: string
}

export async function applySteps(call: Talk, steps: readonly Step[], options: ApplyOptions): Promise<Done[]> {
  const { err, nowMs } = call.io
  const isQuiet = call.everywhere.json
  const progress = progressOn(err, !isQuiet && err.isTerminal, nowMs)
  const done: Done[] = []
  for (const [at, step] of steps.entries()) {
    progress.say(`${at + 1} of ${steps.length}: ${nameOf(step)} …`)
    const failure = await carriedOut(call, step, options.reason)
    progress.end()
    done.push({ step, failure })
    if (!isQuiet) call.print([line([...titleOf(step), gap, failure === null ? good('done') : bad('failed')])])
    if (failure === null) continue
    if (!isQuiet)
      err.write(
        `${toldFailure(failure, call.times(), { width: err.width, hasColour: err.hasColour }).join('\n')}\n`,
      )
    // Whoever was interrupted, or is away, need not be asked for the rest.
    if (!options.keepGoing || call.signal.aborted) break
  }
  const left = steps.length - done.length
  if (left > 0 && !isQuiet) call.tell(quiet(`${left} of ${steps.length} were not begun.`))
  return done
}

/** null: it is done. */
async function carriedOut(call: Talk, step: Step, reason: string): Promise<Failure | null> {
  try {
    await carryOut(call, step, reason)
    return null
  } catch (error) {
    return failureOf(error)
  }
}

/** Checked against the schemas of the API already. */
async function carryOut(call: Talk, step: Step, reason: string): Promise<void> {
  const { plane } = call
  switch (step.do) {
    case 'register': {
      const { consumers, credential: id, record } = step
      await plane.ask('credentials.register', {
        body: { id, credential: record as never, consumers: consumers as never },
      })
      return
    }
    case 'change': {
      const { credential: id, etag, record } = step
      await plane.answer('credentials.change', { params: { id }, body: record as never }, asSeen(etag))
      return
    }
    case 'add-consumer': {
      const { consumer: id, credential, record } = step
      await plane.ask('consumers.put', { params: { credential, id }, body: record as never })
      return
    }
    case 'change-consumer': {
      const { before, consumer: id, credential, record } = step
      const params = { credential, id }
      const { etag, value } = await plane.answer('consumers.get', { params })
      if (differences(before, consumerInput(value)).length > 0) throw overtaken(`${id} of ${credential}`)
      await plane.answer('consumers.put', { params, body: record as never }, asSeen(etag))
      return
    }
    case 'remove-consumer': {
      const { consumer: id, credential } = step
      await plane.ask('consumers.remove', { params: { credential, id }, body: { reason } })
      return
    }
    case 'two-person':
      await plane.answer('settings.put', { body: { twoPerson: step.record as never } }, asSeen(step.etag))
      return
    case 'signals':
      await plane.answer('signalPolicy.put', { body: step.record as never }, asSeen(step.etag))
  }
}

const overtaken = (what: string) =>
  new Failure(
    exitCodes.refused,
    `${what} was changed by somebody else since it was compared.`,
    'See what differs now: rekey diff -f …',
  )

export const doneJson = (done: readonly Done[], of: number) => ({
  done: done.filter(one => one.failure === null).length,
  failed: done.filter(one => one.failure !== null).length,
  left: of - done.length,
  steps: done.map(({ failure, step }) => ({ ...stepJson(step), problem: problemOf(failure) })),
})

function problemOf(failure: Failure | null): unknown {
  if (failure === null) return null
  return failure instanceof ProblemFailure ? failure.problem : { detail: failure.message, how: failure.how }
}
