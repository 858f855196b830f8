// A failure as a person reads it: what it is, each fault with what is missing, and what to do. Never where in the code it was.
import type { Fault } from '@rekey/wire'
import type { Talk } from './call.ts'
import { type Failure, failureOf } from './exit.ts'
import { ProblemFailure } from './plane/problem.ts'
import { type Block, layout, line, remedy } from './show/blocks.ts'
import type { Times } from './show/times.ts'
import { bad, type Look, quiet } from './show/words.ts'

/** Gives the code to end with. With --json the problem is the answer, as the API gave it. */
export function tellFailure(error: unknown, call: Talk): number {
  const failure = failureOf(error)
  const { err } = call.io
  if (call.everywhere.json && failure instanceof ProblemFailure) call.json(failure.problem)
  const lines = toldFailure(failure, call.times(), { width: err.width, hasColour: err.hasColour })
  err.write(`${lines.join('\n')}\n`)
  return failure.exitCode
}

export function toldFailure(failure: Failure, times: Times, look: Look): string[] {
  const blocks: Block[] = [line([bad('rekey:'), ` ${times.said(failure.message)}`])]
  const faults = failure instanceof ProblemFailure ? (failure.problem.faults ?? []) : []
  const isAlone = faults.length === 1 && faults[0]!.text === failure.message && !faults[0]!.missing?.length
  if (!isAlone) for (const fault of faults) blocks.push(...faultBlocks(fault, failure.message, times))
  for (const fault of failure.faults) {
    blocks.push(line([quiet(`${fault.at}: `), fault.text], 2, 2))
    if (fault.how !== '') blocks.push(remedy(fault.how, 4))
  }
  const isSaid = faults.some(({ how }) => how === failure.how) && !isAlone
  if (failure.how !== '' && !isSaid) blocks.push(remedy(times.said(failure.how), 0))
  return layout(blocks, look)
}

function faultBlocks({ at, how, missing = [], text }: Fault, message: string, times: Times): Block[] {
  const where = at === undefined ? '' : `${placeOf(at)}: `
  const isSaid = text === message
  const blocks = isSaid ? [] : [line(`${where}${times.said(text)}`, 2, 2)]
  for (const one of missing) {
    blocks.push(line([quiet(one.gate), ` ${times.said(one.text)}`], 2, 2))
    if (one.how !== '') blocks.push(remedy(times.said(one.how), 4))
  }
  if (missing.length === 0 && how !== '') blocks.push(remedy(times.said(how), isSaid ? 0 : 4))
  return blocks
}

/** /body/credential/policy → credential.policy */
function placeOf(at: string): string {
  const parts = at.split('/').slice(1)
  const named = ['body', 'query', 'params'].includes(parts[0] ?? '') ? parts.slice(1) : parts
  return named.length === 0 ? 'the request' : named.join('.')
}
