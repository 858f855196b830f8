// The parts of "People and policies": five groups, so that it stays calm on a phone, and each part with an address of its own.
export interface Part {
  at: string
  name: string
  group: Group
}

export const groups = ['Access', 'Agents', 'Connections', 'Rules', 'Emergency'] as const
export type Group = (typeof groups)[number]

export const parts = [
  { at: 'people', name: 'People', group: 'Access' },
  { at: 'account', name: 'My account', group: 'Access' },
  { at: 'tokens', name: 'Tokens', group: 'Access' },
  { at: 'proposals', name: 'Proposals', group: 'Access' },
  { at: 'agents', name: 'Agents', group: 'Agents' },
  { at: 'identity', name: 'Identity', group: 'Agents' },
  { at: 'sources', name: 'Sources', group: 'Connections' },
  { at: 'signal-sources', name: 'Signal sources', group: 'Connections' },
  { at: 'webhooks', name: 'Webhooks', group: 'Connections' },
  { at: 'receivers', name: 'Receivers', group: 'Connections' },
  { at: 'rules', name: 'Two people', group: 'Rules' },
  { at: 'signal-policy', name: 'Signal policy', group: 'Rules' },
  { at: 'break-glass', name: 'Break-glass codes', group: 'Emergency' },
  { at: 'keys', name: 'Keys', group: 'Emergency' },
] as const satisfies readonly Part[]

export type PartAt = (typeof parts)[number]['at']

export const partAt = (at: string | undefined): (typeof parts)[number] | undefined =>
  parts.find(one => one.at === (at ?? 'people'))

export const firstOf = (group: Group) => parts.find(one => one.group === group)!
