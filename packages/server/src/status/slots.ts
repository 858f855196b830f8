// Which version has which slot: given once, and never again to another one. The slots are a chain of records, each named by the number
// of slots before it, and written only if there is none of that name: so of many control planes that give at once one is first, and
// the others read what it gave. They are no events: nobody decides anything, and what is published of them is signed.
import type { Ground } from '../ground.ts'
import { originName } from '../sealing/key.ts'
import { type Permutation, permutationOf, slotsInList } from './permutation.ts'

export interface Named {
  credential: string
  version: number
}

export interface Slot {
  list: number
  idx: number
}

export interface Slots {
  find(credential: string, version: number): Slot | null
  /** How many lists there are; at least one. */
  lists(): number
  /** To those that have none yet. */
  give(versions: readonly Named[]): Promise<void>
}

export const slotsKind = 'status-slots'
const keyName = 'status-slots'
const mostAtOnce = 1_000
const tries = 50

interface Given {
  /** Of the log: a restored store may have given slots that it does not know of, so it begins a new list. */
  origin: string
  versions: [credential: string, version: number][]
}

const idOf = (first: number) => String(first).padStart(12, '0')

export async function slotsOf({ store, vault, nowMs, random }: Ground): Promise<Slots> {
  const key = vault.openKey(await store.putKeyOnce(vault.sealKey(keyName, random(32))))
  const known = new Map<string, Map<number, Slot>>()
  const permutations = new Map<number, Permutation>()
  /** All slots below it are given. */
  let count = 0
  let lastId: string | null = null
  let lastOrigin: string | null = null
  let turn: Promise<unknown> = Promise.resolve()

  const slotAt = (place: number): Slot => {
    const list = Math.floor(place / slotsInList) + 1
    let permutation = permutations.get(list)
    if (permutation === undefined) {
      permutation = permutationOf(key, list)
      permutations.set(list, permutation)
    }
    return { list, idx: permutation(place % slotsInList) }
  }
  const take = (id: string, { origin, versions }: Given) => {
    count = Number(id)
    for (const [credential, version] of versions) {
      const some = known.get(credential)
      const slot = slotAt(count++)
      if (some === undefined) known.set(credential, new Map([[version, slot]]))
      else some.set(version, slot)
    }
    lastId = id
    lastOrigin = origin
  }
  const load = async () => {
    for (;;) {
      const rows = await store.records(slotsKind, { after: lastId, limit: mostAtOnce }, nowMs())
      for (const row of rows) take(row.id, row.record as Given)
      if (rows.length < mostAtOnce) return
    }
  }
  const isNew = ({ credential, version }: Named) => known.get(credential)?.has(version) !== true
  const give = async (versions: readonly Named[]) => {
    let left = versions.filter(isNew)
    if (left.length === 0) return
    const origin = (await store.meta(originName)) ?? ''
    for (let tried = 0; left.length > 0; tried++) {
      if (tried === tries) throw new Error('the slots of the status lists keep changing')
      const isAnew = lastOrigin !== null && lastOrigin !== origin
      const id = idOf(isAnew ? Math.ceil(count / slotsInList) * slotsInList : count)
      const some = left.slice(0, mostAtOnce)
      const record: Given = { origin, versions: some.map(one => [one.credential, one.version]) }
      if (await store.putRecordOnce({ kind: slotsKind, id, record, expiresMs: null }, nowMs())) {
        take(id, record)
        tried = 0
      } else await load()
      left = left.filter(isNew)
    }
  }
  await load()
  return {
    find: (credential, version) => known.get(credential)?.get(version) ?? null,
    lists: () => Math.max(1, Math.ceil(count / slotsInList)),
    give(versions) {
      const giving = turn.then(() => give(versions))
      turn = giving.catch(() => undefined)
      return giving
    },
  }
}
