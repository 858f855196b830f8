// Which credentials of the list are shown: by environment, and by what is wrong with them.
import type { CredentialView } from '@rekey/wire'

export const states = ['all', 'late', 'rotating', 'no-version', 'no-owner'] as const
export type ListState = (typeof states)[number]

export const stateTexts: Record<ListState, string> = {
  all: 'All',
  late: 'Late',
  rotating: 'Rotating',
  'no-version': 'No version',
  'no-owner': 'No owner',
}

type Row = Pick<
  CredentialView,
  'environment' | 'nextRotationMs' | 'openRotation' | 'currentVersion' | 'owner' | 'lastVersion'
>

/** Its day has come, and nobody rotates it. */
export const isLate = ({ nextRotationMs, openRotation }: Row, nowMs: number) =>
  openRotation === null && nextRotationMs !== null && nextRotationMs < nowMs

export function isIn(row: Row, state: ListState, nowMs: number): boolean {
  switch (state) {
    case 'all':
      return true
    case 'late':
      return isLate(row, nowMs)
    case 'rotating':
      return row.openRotation !== null
    case 'no-version':
      return row.currentVersion === null
    case 'no-owner':
      return row.owner === null
  }
}

export function countsOf(rows: readonly Row[], nowMs: number): Record<ListState, number> {
  const counts = { all: 0, late: 0, rotating: 0, 'no-version': 0, 'no-owner': 0 }
  for (const row of rows) for (const state of states) if (isIn(row, state, nowMs)) counts[state]++
  return counts
}

export const environmentsOf = (rows: readonly { environment: string }[]): string[] =>
  [...new Set(rows.map(one => one.environment))].sort()

/** A choice that the address holds; one that is not known is none. */
export const known = <T extends string>(among: readonly T[], said: string | null): T | null =>
  among.find(one => one === said) ?? null
