// What the walk shows of it: each step, each gate, each refusal as it happens, in virtual time.
import { explain, type GateResult, type Missing, type Refusal, type RotationEvent, span } from '@rekey/core'
import type { Journal } from '../journal.ts'

export function printer(
  write: (line: string) => void,
  nowMs: () => number,
  startMs: number,
  isTerminal: boolean,
): Journal & { refusals: number } {
  const paint = (code: number, text: string) => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text)
  const clock = () => paint(2, `+${span(nowMs() - startMs)}`.padEnd(9))
  let lastRefusal = ''
  const journal: Journal & { refusals: number } = {
    refusals: 0,
    appended(_rotation, events) {
      for (const event of events) write(`${clock()} ${paint(32, '●')} ${sentence(event)}`)
      lastRefusal = ''
    },
    called(_rotation, verb, side, answer) {
      write(`${clock()} ${paint(2, '→')} ${paint(2, `${verb} the ${side} version: ${answer}`)}`)
    },
    refused(_rotation, command, refusals) {
      const key = JSON.stringify([
        command,
        refusals.map(one => [one.code, one.missing.map(miss => [miss.what, miss.consumer])]),
      ])
      if (key === lastRefusal) return
      lastRefusal = key
      journal.refusals++
      write(`${clock()} ${paint(33, '✗')} ${paint(33, `${command} refused`)}`)
      for (const refusal of refusals) printRefusal(write, refusal, paint)
    },
    trouble(where, error) {
      write(
        `${clock()} ${paint(31, '!')} ${where}: ${error instanceof Error ? error.message : String(error)}`,
      )
    },
  }
  return journal
}

function printRefusal(
  write: (line: string) => void,
  refusal: Refusal,
  paint: (code: number, text: string) => string,
) {
  if (refusal.missing.length === 0) {
    write(`            ${refusal.code}: ${refusal.text}`)
    return
  }
  for (const missing of refusal.missing) {
    const { text, how } = explain(missing)
    write(`            ${missing.gate}: ${text}`)
    write(paint(2, `              ${how}`))
  }
}

export function missingIn(results: readonly GateResult[]): Missing[] {
  return results.flatMap(result => (result.open ? [] : [...result.missing]))
}

function sentence(event: RotationEvent): string {
  switch (event.type) {
    case 'rotationOpened':
      return `rotation opened: ${event.plan.model}, ${event.plan.waves.length} wave(s), ${event.plan.owed.length} consumers`
    case 'effectIntended':
      return `intended: ${event.verb} version ${event.version}`
    case 'effectDone':
      return `${event.verb}: ${event.result.is} (${event.side} version)`
    case 'effectFailed':
      return `${event.verb} failed: ${event.problem.text}`
    case 'waveMoved':
      return `wave ${event.wave + 1} moved to the ${event.to} version: ${event.consumers.join(', ') || 'nobody'}`
    case 'waveSettled':
      return `wave ${event.wave + 1} settled: its consumers work with the version they should`
    case 'retirementDecided':
      return `retirement of the ${event.leaving} version decided, ${event.gates.length} gates open`
    case 'watchPassed':
      return 'watched a full cycle: nobody reached for the disabled version'
    case 'versionReinstated':
      return `the ${event.side} version was given back: ${event.because}`
    case 'rotationEnded':
      return `rotation ended: ${event.ending}`
    case 'rotationContained':
      return `contained: ${event.cause}`
    case 'rotationStuck':
      return `stuck: ${event.problem.text}`
    case 'windowOverdue':
      return 'the window is overdue: its owner was told'
    default:
      return event.type.replaceAll(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
  }
}
