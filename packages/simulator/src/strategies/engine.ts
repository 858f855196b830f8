// The product itself on a field: its store, runner and provider contract, with no faults and the field's clock. Nothing here
// decides anything about a rotation.
import { createHash } from 'node:crypto'
import { type Consumer, dayMs, type Refusal, type Rotation, Secret, secondMs } from '@rekey/core'
import { aCredential } from '@rekey/core/fixtures'
import type { AutomaticProvider } from '@rekey/providers'
import { noAdminSecrets } from '@rekey/providers/fixtures'
import { type Ground, registerCredential, tick, usualLimits } from '@rekey/server'
import { inline, openSqlite, openVault, rootKeyFrom, type SqliteEngine } from '@rekey/store'
import type { Held } from '../fleet/member.ts'
import { person } from '../world.ts'
import { credentialId, type Field } from './field.ts'

export interface Engine {
  ground: Ground
  store: SqliteEngine
  tick(): Promise<void>
  valueOf(version: number | null | undefined): Held | null
  stateOf(rotation: string | null): Rotation | null
  close(): void
}

const rootKey = rootKeyFrom(createHash('sha256').update('the root key of the strategies').digest())
const verbs = ['mint', 'probe', 'compareRights', 'disable', 'enable', 'endSessions', 'destroy'] as const

export async function engineOn(
  field: Field,
  refused: (refusals: readonly Refusal[]) => void,
): Promise<Engine> {
  const store = openSqlite(':memory:')
  const plain = inline(store)
  const vault = await openVault(plain, rootKey, { random: bytes => new Uint8Array(bytes).fill(7) })
  let ids = 0
  const opened = new Map<number, Held>()
  const ground: Ground = {
    store: plain,
    vault,
    providers: new Map([['memory', timed(field)]]),
    nowMs: () => field.nowMs,
    doubt: () => null,
    within: () => new AbortController().signal,
    id: () => `id-${++ids}`,
    random: bytes => new Uint8Array(bytes).fill(7),
    newSecret: () => field.newValue(),
    admin: noAdminSecrets,
    holder: 'plane',
    limits: usualLimits,
    journal: {
      refused: (_rotation, _command, refusals) => refused(refusals),
      // Nothing fails in this world: what does is a mistake of ours, and no figure may come of it.
      trouble(where, error) {
        throw new Error(`trouble in ${where} with seed ${field.seed}`, { cause: error })
      },
    },
  }
  await register(ground, field)
  return {
    ground,
    store,
    tick: async () => {
      await tick(ground)
    },
    valueOf(version) {
      if (version == null) return null
      const known = opened.get(version)
      if (known !== undefined) return known
      const row = store.sealed(credentialId, version)
      if (row === null) return null
      const held = { version, value: vault.open(row).reveal() }
      // Where the target makes the value, or the call is still to come, there is no value to be had at the target yet.
      if (field.target.find(held.value) !== null) opened.set(version, held)
      return held
    },
    stateOf: rotation => (rotation === null ? null : (store.rotation(rotation)?.state ?? null)),
    close: () => store.close(),
  }
}

/** The target, each of whose calls takes a second; after each is looked what it accepts. */
function timed(field: Field): AutomaticProvider {
  const { plain } = field.target
  const entries = verbs.flatMap(verb => {
    const act = plain[verb] as ((...args: unknown[]) => Promise<unknown>) | undefined
    if (act === undefined) return []
    const call = async (...args: unknown[]) => {
      const answer = await act.apply(plain, args)
      field.nowMs += secondMs
      field.lives.look(field.nowMs)
      return answer
    }
    return [[verb, call] as const]
  })
  return { ...plain, ...Object.fromEntries(entries) } as AutomaticProvider
}

async function register(ground: Ground, field: Field): Promise<void> {
  const { target, members, nowMs } = field
  const value = field.newValue()
  const handle = `${credentialId}-v1`
  const version = { handle, credential: credentialId, operation: '', value, state: 'enabled' as const }
  target.world.versions.push({ ...version, rights: ['read', 'write'], sessions: [] })
  field.lives.look(nowMs)
  const record = aCredential({
    id: credentialId,
    kind: 'http-api',
    provider: 'memory',
    // The rotations begin at the same instants as those of the others: its own calendar must not be first.
    policy: { everyMs: 45 * dayMs },
  })
  const consumers: Consumer[] = members.flatMap(one => (one.consumer === null ? [] : [one.consumer]))
  const existing = { handle, secret: new Secret(value), issuedMs: nowMs }
  await registerCredential(ground, record, consumers, existing, person('alice'))
}
