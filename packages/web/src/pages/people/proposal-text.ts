// What a proposal asks for, in words.
import type { AnswerOf, routes } from '@rekey/wire'
import { isRecord } from '../../parts/is-record.ts'
import { scopeText } from '../audit/said/scope-text.ts'
import { gateNames } from '../rotations/gate-names.ts'

export type Proposal = AnswerOf<typeof routes.proposals.list>['items'][number]

export interface Told {
  /** `Override the gate “Quiet”` */
  what: string
  /** For whom, or of what. */
  about: string
  why: string
  /** Of a kill: what is to be killed. */
  scope: Record<string, unknown> | null
}

export function told({ what, body, credential }: Proposal): Told {
  const said = isRecord(body) ? body : {}
  const why = textOf(said['reason']) ?? 'No reason was given.'
  if (what === 'override') {
    const gate = textOf(said['gate']) ?? ''
    const consumer = textOf(said['consumer'])
    return {
      what: `Override the gate “${gateNames[gate]?.name ?? gate}”`,
      about:
        consumer === null
          ? `in the rotation of ${credential}`
          : `for ${consumer}, in the rotation of ${credential}`,
      why,
      scope: null,
    }
  }
  if (what === 'kill') {
    const scope = isRecord(said['scope']) ? said['scope'] : null
    return { what: 'Kill', about: scope === null ? credential : scopeText(scope), why, scope }
  }
  return { what: 'Retire the old version', about: `of ${credential}`, why, scope: null }
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null

/** Why whoever looks cannot agree; null: they can. */
export function whyNot(
  { by, environment }: Pick<Proposal, 'by' | 'environment'>,
  me: string,
  mayDecide: boolean,
): string | null {
  if (by === me) return 'You proposed it yourself: somebody else has to agree.'
  return mayDecide ? null : `That needs the right to decide in ${environment}. Ask somebody who has it.`
}
