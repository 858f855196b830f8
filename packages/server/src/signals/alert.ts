// The secret of an alert at GitHub (https://docs.github.com/en/rest/secret-scanning/secret-scanning#get-a-secret-scanning-alert): asked for
// once, fingerprinted, and forgotten. A GitHub that cannot be reached is asked again; the signal waits for it.
import type { Plane } from '../api/plane.ts'
import { askJson } from './ask.ts'
import type { Report } from './record.ts'
import { objectIn, ofValue, textIn } from './said.ts'

export type Fetched =
  | { is: 'there'; report: Report }
  /** Asking again will not help: it is hidden, gone, or not for our token. */
  | { is: 'never'; text: string }
  | { is: 'later'; text: string }

export async function withValue(plane: Plane, report: Report): Promise<Fetched> {
  const { alert } = report
  if (alert === null) return { is: 'there', report }
  const channel = await plane.keep.get('signal-source', report.source)
  if (channel?.github == null) return { is: 'never', text: 'the source was removed' }
  const { api, secret } = channel.github
  const url = `${api.replace(/\/+$/, '')}/repos/${alert.repository}/secret-scanning/alerts/${alert.number}`
  const asked = await askJson(plane, url, secret)
  if (!asked.ok) return { is: 'later', text: `GitHub could not be asked: ${asked.text}` }
  const { status, body } = asked
  if (status === 404 || status === 410 || status === 451) {
    return { is: 'never', text: `GitHub has no such alert for this token (${status})` }
  }
  if (status !== 200) return { is: 'later', text: `GitHub answered ${status}` }
  const value = textIn(objectIn(body)['secret'])
  if (value === undefined) return { is: 'never', text: 'GitHub does not show the secret of this alert' }
  return { is: 'there', report: { ...report, ...ofValue(plane.ground.vault, value), alert: null } }
}
