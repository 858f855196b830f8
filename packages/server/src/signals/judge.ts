// From reports to incidents. Reports about the same subject within a window are one incident; what is decided about it is written down with
// its reasons in the same commit that takes the reports off the list, so each counts once whatever happens in between.
import {
  type Decided,
  decideReaction,
  isStronger,
  killsAllowed,
  reactionTo,
  type SignalPolicy,
  subjectOf,
  usualSignalPolicy,
} from '@rekey/core'
import type { Fence } from '@rekey/store'
import type { Plane } from '../api/plane.ts'
import { type Case, caseOf, type Matched, matchOf, type Verdict, type Waiting } from './case.ts'
import { writtenDown } from './incident.ts'

export async function judge(plane: Plane, waiting: readonly Waiting[], fence: Fence): Promise<void> {
  const { keep, signals } = plane
  await signals.known.upToDate()
  const policy = { ...usualSignalPolicy, ...(await keep.get('signal-policy', 'policy')) }
  const bySubject = new Map<string, Matched[]>()
  for (const one of waiting) {
    const matched = { ...one, ...(await matchOf(plane, one.task.report)) }
    const subject = subjectOf(matched.match, matched.own, one.task.report.source)
    const known = bySubject.get(subject)
    if (known === undefined) bySubject.set(subject, [matched])
    else known.push(matched)
  }
  for (const [subject, reports] of bySubject) {
    const about = await caseOf(plane, subject, reports)
    await writtenDown(plane, about, policy, fence, (reports, killsLately) =>
      strongest(about, reports, policy, killsLately),
    )
  }
}

/** Each kind of report is decided for itself, and the strongest decision counts. */
function strongest(
  { own, environment, life }: Case,
  reports: readonly Matched[],
  policy: SignalPolicy,
  killsLately: number,
): Verdict {
  const verdicts = new Map<string, Verdict>()
  for (const one of reports) {
    const { kind, auth, environments } = one.task.report
    const how = one.match?.how ?? null
    const inScope = environment === null || environments.includes('*') || environments.includes(environment)
    const key = `${kind} ${auth.verified} ${how} ${inScope}`
    if (verdicts.has(key)) continue
    if (own !== null) {
      verdicts.set(key, { ...ofOwn, kind, of: one })
      continue
    }
    const decided = decideReaction({
      kind,
      wanted: reactionTo(policy, kind, environment),
      verified: auth.verified,
      how,
      inScope,
      life,
      killsLately,
      killsAllowed: environment === null ? 0 : killsAllowed(policy, environment),
    })
    verdicts.set(key, { ...decided, kind, of: one })
  }
  return [...verdicts.values()].reduce((best, one) => (isStronger(one.reaction, best.reaction) ? one : best))
}

const ofOwn: Decided = {
  wanted: 'kill',
  reaction: 'kill',
  reasons: [{ code: 'policy', text: 'A token that Rekey made itself and that is out is ended.' }],
}
