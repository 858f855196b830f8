// What `rekey run` is asked to do: the options as they were typed, read and checked as a whole. All faults are told at once.
import { constants } from 'node:os'
import { durationMs } from '../duration.ts'
import { exitCodes, Failure } from '../exit.ts'
import { type Reference, readReference, readWanted, type Wanted } from '../reference.ts'

/** As commander gives them. */
export interface RunOptions {
  credential: string[]
  env: string[]
  file: string[]
  template: string[]
  onChange: string
  signal: string
  grace: string
  killGrace: string
  copies: string
  rolling?: boolean
  readyAfter?: string
  readyUrl?: string
  readyLog?: string
  readyWithin: string
  retryStart: string
  wait: string
  settle: string
  covers?: boolean
}

export type Ready =
  | { by: 'time'; afterMs: number }
  | { by: 'url'; url: string }
  | { by: 'log'; pattern: RegExp }

export type OnChange =
  | { do: 'restart'; rolling: boolean; retries: number }
  | { do: 'signal'; signal: NodeJS.Signals }
  | { do: 'nothing' }

export interface RunPlan {
  program: string
  args: readonly string[]
  wanted: readonly Wanted[]
  variables: readonly (Reference & { name: string })[]
  files: readonly (Reference & { path: string })[]
  templates: readonly { from: string; to: string }[]
  onChange: OnChange
  graceMs: number
  /** The same for one whose version was killed. */
  killGraceMs: number
  copies: number
  ready: Ready
  readyWithinMs: number
  waitMs: number
  settleMs: number
  /** Nobody of these consumers has a version but from here. */
  covers: boolean
}

type Fault = (text: string) => void
const usualReadyAfter = '2s'
const mostCopies = 100

export function planOf(program: string, args: readonly string[], options: RunOptions): RunPlan {
  const faults: string[] = []
  const fault = (text: string) => void faults.push(text)
  const wanted = wantedOf(options, fault)
  const plan: RunPlan = {
    program,
    args,
    wanted,
    ...placesOf(options, wanted, fault),
    onChange: onChangeOf(options, fault),
    graceMs: length('--grace', options.grace, fault),
    killGraceMs: length('--kill-grace', options.killGrace, fault),
    copies: count('--copies', options.copies, 1, mostCopies, fault),
    ready: readyOf(options, fault),
    readyWithinMs: length('--ready-within', options.readyWithin, fault),
    waitMs: length('--wait', options.wait, fault),
    settleMs: length('--settle', options.settle, fault),
    covers: options.covers ?? false,
  }
  if (plan.onChange.do === 'signal' && plan.variables.length > 0)
    fault(
      '--env with --on-change signal: the environment of a running program does not change; use --file or restart',
    )
  if (faults.length > 0) throw new Failure(exitCodes.usage, faults.join('\n'), 'See: rekey run --help')
  return plan
}

function wantedOf({ credential }: RunOptions, fault: Fault): Wanted[] {
  if (credential.length === 0) fault('--credential is missing: which credential is the program to be given?')
  const wanted = new Map<string, Wanted>()
  for (const text of credential) {
    const one = readWanted(text)
    if (one === null) fault(`--credential ${text}: write ID or ID:CONSUMER`)
    else if (wanted.has(one.credential)) fault(`--credential ${one.credential} is given twice`)
    else wanted.set(one.credential, one)
  }
  return [...wanted.values()]
}

function placesOf(options: RunOptions, wanted: readonly Wanted[], fault: Fault) {
  const known = wanted.map(one => one.credential)
  const refer = (option: string, text: string, separator: number): Reference | null => {
    const named = text.slice(separator + 1)
    const reference = separator < 1 ? null : readReference(named, known)
    if (separator < 1) fault(`${option} ${text}: write NAME=CREDENTIAL, or NAME=CREDENTIAL.handle`)
    else if (reference === null)
      fault(`${option} ${text}: ${named} is no part of a --credential that was given`)
    return reference
  }
  const variables = options.env.flatMap(text => {
    const name = text.slice(0, Math.max(0, text.indexOf('=')))
    if (/^REKEY_/i.test(name) || !/^[A-Za-z_]\w*$|^$/.test(name))
      fault(`--env ${text}: ${name} cannot be the name of a variable here`)
    const reference = refer('--env', text, text.indexOf('='))
    return reference === null ? [] : [{ ...reference, name }]
  })
  const files = options.file.flatMap(text => {
    const reference = refer('--file', text, text.lastIndexOf('='))
    return reference === null ? [] : [{ ...reference, path: text.slice(0, text.lastIndexOf('=')) }]
  })
  const templates = options.template.flatMap(text => {
    const [from, to, ...more] = text.split(':')
    if (from && to && more.length === 0) return [{ from, to }]
    fault(`--template ${text}: write SOURCE:DESTINATION`)
    return []
  })
  const places = [
    ...variables.map(one => one.name),
    ...files.map(one => one.path),
    ...templates.map(one => one.to),
  ]
  for (const place of new Set(places.filter((one, at) => places.indexOf(one) !== at)))
    fault(`${place} is given twice`)
  return { variables, files, templates }
}

function onChangeOf({ onChange, signal, rolling = false, retryStart }: RunOptions, fault: Fault): OnChange {
  const retries = count('--retry-start', retryStart, 0, 100, fault)
  if (rolling && onChange !== 'restart') fault('--rolling goes with --on-change restart')
  if (onChange === 'restart') return { do: 'restart', rolling, retries }
  if (onChange === 'signal') return { do: 'signal', signal: signalOf(signal, fault) }
  if (onChange !== 'nothing') fault(`--on-change ${onChange}: restart, signal or nothing`)
  return { do: 'nothing' }
}

function signalOf(text: string, fault: Fault): NodeJS.Signals {
  const name = text.toUpperCase().replace(/^(SIG)?/, 'SIG')
  if (!Object.hasOwn(constants.signals, name)) fault(`--signal ${text} is no signal`)
  return name as NodeJS.Signals
}

function readyOf({ readyAfter, readyUrl, readyLog }: RunOptions, fault: Fault): Ready {
  if ([readyAfter, readyUrl, readyLog].filter(one => one !== undefined).length > 1)
    fault('of --ready-after, --ready-url and --ready-log one can be given')
  if (readyLog !== undefined) return { by: 'log', pattern: patternOf(readyLog, fault) }
  if (readyUrl === undefined)
    return { by: 'time', afterMs: length('--ready-after', readyAfter ?? usualReadyAfter, fault) }
  const url = URL.parse(readyUrl.replaceAll('{copy}', '1'))
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    fault(`--ready-url ${readyUrl} is no address`)
  return { by: 'url', url: readyUrl }
}

function patternOf(text: string, fault: Fault): RegExp {
  try {
    return new RegExp(text)
  } catch {
    fault(`--ready-log ${text} is no regular expression`)
    return /^/
  }
}

function length(option: string, text: string, fault: Fault): number {
  const lengthMs = durationMs(text)
  if (lengthMs === null) fault(`${option} ${text}: write a length of time, such as 500ms, 10s or 2m`)
  return lengthMs ?? 0
}

function count(option: string, text: string, least: number, most: number, fault: Fault): number {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (!(number >= least && number <= most))
    fault(`${option} ${text}: a whole number from ${least} to ${most}`)
  return number
}
