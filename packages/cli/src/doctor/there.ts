// The control plane itself: whether it lives and can work, how old it is, what its clock shows, and as whom it sees us.
import type { Talk } from '../call.ts'
import { failureOf } from '../exit.ts'
import type { Answer } from '../plane/operations.ts'
import type { Plane } from '../plane/plane.ts'
import { ProblemFailure } from '../plane/problem.ts'
import { span } from '../show/times.ts'
import { ownVersion } from '../version.ts'
import { rolesText } from '../views/person.ts'
import { type Finding, failed, ok, skipped, warned } from './finding.ts'

type Asked<T> = { finding: Finding; value: T | null }

export async function liveFinding(plane: Plane): Promise<Finding> {
  const how = 'Look whether the address is that of a control plane, and what stands before it.'
  try {
    const { status, value } = await plane.beside<{ status?: string }>('/livez')
    if (status === 200 && value?.status === 'ok') return ok('lives', '/livez says so')
    return failed('lives', `/livez answers ${status}: what is there is no control plane.`, how)
  } catch (error) {
    const failure = failureOf(error)
    return failed('lives', failure.message, how)
  }
}

interface Ready {
  status: string
  store: string
  fenced: boolean
  why?: string
}

export async function readyFinding(plane: Plane): Promise<Finding> {
  try {
    const { value } = await plane.beside<Ready>('/readyz')
    if (value === null)
      return failed('ready', '/readyz gives no answer that can be read.', 'Look at what stands before it.')
    if (value.status !== 'ready') {
      return failed(
        'ready',
        `It cannot work: ${value.why ?? 'it does not say why'}.`,
        'Look at its log; doubts about the clock are said there, too.',
      )
    }
    if (value.fenced) {
      return warned(
        'ready',
        `It works on ${value.store}, and is fenced: a restored store touches no target, and lets no agents and API tokens in.`,
        'Compare the record with the targets; then, with the control plane stopped: npm run store -- lift-fence --reason … --by …',
      )
    }
    return ok('ready', `it works, on ${value.store}`)
  } catch (error) {
    return failed('ready', failureOf(error).message, 'Look at its log.')
  }
}

export async function versionFinding(plane: Plane): Promise<Finding> {
  const ours = ownVersion()
  try {
    const { value } = await plane.beside<{ version?: string; node?: string }>('/version')
    const theirs = value?.version
    if (theirs === undefined) return warned('version', 'It does not say which version it is.', '')
    if (theirs === ours) return ok('version', `both are ${ours}, there on Node ${value?.node ?? '?'}`)
    return warned(
      'version',
      `It is ${theirs}, and this command is ${ours}.`,
      'Use the same version: one of them may know what the other does not.',
    )
  } catch (error) {
    return failed('version', failureOf(error).message, '')
  }
}

/** Proofs of agents may be off by a minute. */
const mostOffMs = 60_000
const seenOffMs = 5_000

/** Known from what it has answered so far. */
export function clockFinding({ offsetMs }: Plane): Finding {
  const offMs = Math.abs(offsetMs)
  if (offMs < seenOffMs) return ok('clock', 'both clocks show the same')
  const text = `This machine is ${span(offMs)} ${offsetMs > 0 ? 'behind' : 'ahead of'} the control plane.`
  const how = 'Set both by NTP: observations of another time do not count.'
  return offMs > mostOffMs ? failed('clock', text, how) : warned('clock', text, how)
}

export async function personFinding(
  call: Talk,
  plane: Plane,
): Promise<Asked<Answer<'session.get'>['person']>> {
  const { from, session, token } = plane.connection
  if (token === null)
    return {
      value: null,
      finding: warned('signed in', 'Nobody is signed in there.', `rekey sign-in ${plane.url.origin}`),
    }
  try {
    const { person } = await plane.ask('session.get')
    const by = from === 'environment' ? 'REKEY_TOKEN' : session?.is === 'token' ? 'an API token' : 'a session'
    const until = session?.expiresMs == null ? '' : `, until ${call.times().at(session.expiresMs)}`
    return { value: person, finding: ok('signed in', `${person.id}, by ${by}${until}`) }
  } catch (error) {
    if (error instanceof ProblemFailure && error.status === 401) {
      const how = from === 'environment' ? 'Make another token, and set REKEY_TOKEN.' : 'rekey sign-in'
      return {
        value: null,
        finding: failed('signed in', `What is shown is not good any more: ${error.message}`, how),
      }
    }
    return { value: null, finding: failed('signed in', failureOf(error).message, '') }
  }
}

const may: Record<string, string> = {
  viewer: 'read',
  operator: 'read and operate',
  approver: 'read, operate and decide',
  admin: 'read, operate, decide and administer',
}

export function rightsFinding(roles: Readonly<Record<string, string>> | null): Finding {
  if (roles === null) return skipped('rights', 'Nobody is signed in.')
  const said = Object.entries(roles).map(
    ([where, role]) => `${may[role] ?? role} ${where === '*' ? 'everywhere' : `in ${where}`}`,
  )
  if (said.length === 0) return warned('rights', 'No role at all.', 'Ask an admin for one.')
  return ok('rights', `${said.join('; ')} (${rolesText(roles)}); a token may do less`)
}

const streamWithinMs = 5_000

/** What passes messages on only in heaps would hold kill orders back. */
export async function streamFinding(plane: Plane): Promise<Finding> {
  if (plane.connection.token === null) return skipped('stream', 'Nobody is signed in.')
  const beganMs = performance.now()
  const end = new AbortController()
  const timer = setTimeout(() => end.abort(), streamWithinMs)
  try {
    const response = await plane.open('/stream', end.signal)
    const first = await response.body!.getReader().read()
    if (first.done)
      return failed('stream', 'The stream ends at once.', 'Look at what stands before the control plane.')
    return ok('stream', `it opens, and speaks after ${span(performance.now() - beganMs)}`)
  } catch (error) {
    const how =
      'Let what stands before the control plane pass text/event-stream on at once, without a time limit.'
    if (end.signal.aborted)
      return failed('stream', `It opens and says nothing within ${span(streamWithinMs)}.`, how)
    return failed('stream', failureOf(error).message, how)
  } finally {
    clearTimeout(timer)
    end.abort()
  }
}
