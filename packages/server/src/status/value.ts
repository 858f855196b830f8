// What the bits say of a version: as its record has it now.
import type { Version } from '@rekey/core'

export const statusValues = { valid: 0, invalid: 1, suspended: 2, superseded: 3 } as const
export type StatusValue = (typeof statusValues)[keyof typeof statusValues]

/** `all`: the versions of its credential. */
export function statusOf(
  version: Version,
  currentVersion: number | null,
  all: readonly Version[],
): StatusValue {
  const { compromised, number, state } = version
  if (compromised || state === 'destroyed' || state === 'dead' || state === 'void')
    return statusValues.invalid
  if (state === 'suspended') return statusValues.suspended
  if (state !== 'active') return statusValues.valid
  const isOlder = currentVersion !== null && number < currentVersion
  const hasNewer = all.some(one => one.number > number && one.state === 'active' && !one.compromised)
  return isOlder || hasNewer ? statusValues.superseded : statusValues.valid
}
