// An owner as it is typed: a name, and the id that stands for it where a name has no business, as in logs.

export interface Owner {
  id: string
  name: string
}

export interface OwnerDraft {
  name: string
  /** Empty: it follows from the name. */
  id: string
}

export const ownerDraft = (owner: Owner | null): OwnerDraft => ({
  name: owner?.name ?? '',
  id: owner?.id ?? '',
})

export type ReadOwner = { ok: true; owner: Owner | null } | { ok: false; fault: string }

export function readOwner({ name, id }: OwnerDraft): ReadOwner {
  const said = name.trim()
  const chosen = id.trim() || idFrom(said)
  if (said === '' && id.trim() === '') return { ok: true, owner: null }
  if (said === '') return { ok: false, fault: 'Say who it is, not only the id.' }
  if (chosen === '')
    return { ok: false, fault: 'Give an id: the name has no letter or digit to make one of.' }
  return { ok: true, owner: { id: chosen, name: said } }
}

/** "Web team" as `web-team`. */
export const idFrom = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '')
