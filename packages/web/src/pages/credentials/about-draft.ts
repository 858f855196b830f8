// What a credential is, as it is typed: everything of it but its provider, its settings and its policy.
import type { BodyOf, CredentialView, routes } from '@rekey/wire'
import { exactLength, noLength, readLength } from '../../parts/length.ts'
import { type OwnerDraft, ownerDraft, readOwner } from '../../parts/owner-draft.ts'
import { linesOf } from '../consumers/draft.ts'

export type CredentialInput = BodyOf<typeof routes.credentials.change>
export type About = Omit<CredentialInput, 'provider' | 'settings' | 'policy'>

export interface AboutDraft {
  name: string
  kind: string
  target: string
  environment: string
  owner: OwnerDraft
  sensitivity: string
  exposure: string
  writes: boolean
  lanes: string
  life: string
  account: string
  project: string
  tier: string
  spendLimit: string
  allowedAddresses: string
}

export type AboutFaults = Partial<Record<keyof AboutDraft, string>>

export function aboutDraft(one?: Partial<CredentialView>): AboutDraft {
  const { llm } = one ?? {}
  return {
    name: one?.name ?? '',
    kind: one?.kind ?? '',
    target: one?.target ?? '',
    environment: one?.environment ?? '',
    owner: ownerDraft(one?.owner ?? null),
    sensitivity: one?.sensitivity ?? 'normal',
    exposure: one?.exposure ?? 'internal',
    writes: one?.writes ?? true,
    lanes: (one?.lanes ?? []).join('\n'),
    life: one?.lifeMs === null || one?.lifeMs === undefined ? '' : exactLength(one.lifeMs),
    account: llm?.account ?? '',
    project: llm?.project ?? '',
    tier: llm?.tier ?? '',
    spendLimit:
      llm?.spendLimitUsd === null || llm?.spendLimitUsd === undefined ? '' : String(llm.spendLimitUsd),
    allowedAddresses: (llm?.allowedAddresses ?? []).join('\n'),
  }
}

export const environmentPattern = /^[a-z0-9][a-z0-9-]{0,62}$/

export function readAbout(draft: AboutDraft): { about: About; faults: AboutFaults } {
  const faults: AboutFaults = {}
  const need = (name: 'name' | 'target', text: string) => {
    if (draft[name].trim() === '') faults[name] = text
  }
  need('name', 'Give it a name.')
  need('target', 'Say what accepts it: a database, an account of an API, a broker.')
  if (draft.kind === '') faults.kind = 'Say what it is: how often it is rotated follows from it.'
  if (!environmentPattern.test(draft.environment))
    faults.environment =
      draft.environment === ''
        ? 'Name the environment, such as production.'
        : 'Lower-case letters, digits and hyphens; it begins with a letter or digit.'
  const owner = readOwner(draft.owner)
  if (!owner.ok) faults.owner = owner.fault
  const lifeMs = draft.life.trim() === '' ? null : readLength(draft.life)
  if (draft.life.trim() !== '' && (lifeMs === null || lifeMs === 0)) faults.life = noLength
  return {
    about: {
      name: draft.name.trim(),
      kind: draft.kind as About['kind'],
      target: draft.target.trim(),
      environment: draft.environment,
      owner: owner.ok ? owner.owner : null,
      sensitivity: draft.sensitivity as CredentialView['sensitivity'],
      exposure: draft.exposure as CredentialView['exposure'],
      writes: draft.writes,
      lanes: linesOf(draft.lanes),
      lifeMs,
      llm: llmOf(draft, faults),
    },
    faults,
  }
}

function llmOf(draft: AboutDraft, faults: AboutFaults): CredentialView['llm'] {
  const { account, project, tier, spendLimit, allowedAddresses } = draft
  const isSaid = [account, project, tier, spendLimit, allowedAddresses].some(one => one.trim() !== '')
  if (!isSaid || draft.kind !== 'llm-key') return null
  if (account.trim() === '') faults.account = 'Name the account.'
  if (project.trim() === '') faults.project = 'Name the project.'
  const limit = spendLimit.trim() === '' ? null : Number(spendLimit)
  if (limit !== null && !(Number.isFinite(limit) && limit >= 0))
    faults.spendLimit = 'Give an amount in US dollars.'
  return {
    account: account.trim(),
    project: project.trim(),
    tier: tier.trim() === '' ? null : tier.trim(),
    spendLimitUsd: limit,
    allowedAddresses: linesOf(allowedAddresses),
  }
}
