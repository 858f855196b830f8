// Act: one call to the target, under the key that was recorded before. Whatever comes of it is an outcome; nothing that a
// provider does, or fails to do, is allowed to throw past here.
import { type EffectOutcome, type Next, type Problem, Secret, type Version } from '@rekey/core'
import { type Context, type Operation, type Provider, ProviderError } from '@rekey/providers'
import type { SealedRow } from '@rekey/store'
import { contextOf, type Ground } from '../ground.ts'
import { bounded, TooLate } from './bounded.ts'
import type { Gathered } from './gather.ts'
import { noteProbe } from './last-use.ts'

export type Resolve = Extract<Next, { do: 'resolve' }>

export interface Acted {
  outcome: EffectOutcome
  /** A value made by the target, sealed: to be written together with the outcome. */
  sealed: SealedRow | null
}

/** What a call goes by. */
interface Calling {
  provider: Provider
  context: Context
  /** This very process has just recorded the intent, so nothing can have happened yet. */
  fresh: boolean
  /** Asked right before each call. */
  enter: () => void
}

/**
 * null: nothing was called, because this control plane may not be the one to act any more. Whoever was paused between its
 * decision and its call must not act on what was true then.
 */
export async function act(
  ground: Ground,
  gathered: Gathered,
  asked: Resolve,
  fresh: boolean,
  leaseUntilMs: number,
): Promise<Acted | null> {
  const provider = ground.providers.get(gathered.credential.record.provider)
  if (provider === undefined) {
    const text = `there is no provider ${gathered.credential.record.provider}`
    return plain({ is: 'failed', permanent: false, problem: { code: 'no-provider', text } })
  }
  const version = gathered.versions.find(one => one.number === asked.version)
  try {
    return await bounded(ground, leaseUntilMs, ({ signal, enter }) => {
      const context = contextOf(ground, provider, gathered.credential.record, signal)
      const calling: Calling = { provider, context, fresh, enter }
      return call(ground, gathered, calling, asked, version)
    })
  } catch (error) {
    return error instanceof TooLate ? null : plain(outcomeOf(error))
  }
}

async function call(
  ground: Ground,
  gathered: Gathered,
  calling: Calling,
  asked: Resolve,
  version: Version | undefined,
): Promise<Acted> {
  const { provider, context, enter } = calling
  const { verb } = asked
  const handle = version?.handle ?? null
  switch (verb) {
    case 'mint':
      return mint(ground, gathered, calling, asked)
    case 'probe': {
      const row = await ground.store.sealed(gathered.credential.id, asked.version)
      if (row === null || handle === null) return plain(failed('no-value', 'its value is not kept here'))
      if (provider.probe === undefined) return plain(unable(provider, verb))
      const value = ground.vault.open(row)
      if (provider.abilities.usage === 'lastUsed')
        await noteProbe(ground, gathered.credential.id, asked.version)
      enter()
      const answer = await provider.probe(context, handle, value)
      return answer === 'unreachable'
        ? plain({
            is: 'unreachable',
            problem: { code: 'unreachable', text: 'the target could not be reached' },
          })
        : plain({ is: answer })
    }
    case 'compareRights': {
      const old = gathered.versions.find(one => one.number === previous(gathered))?.handle
      if (provider.compareRights === undefined || handle === null || old == null) {
        return plain(failed('no-rights', 'the rights of the two versions cannot be compared'))
      }
      enter()
      return plain({ is: 'rights', diff: await provider.compareRights(context, old, handle) })
    }
    case 'destroy':
      return plain(await destroy(ground, gathered, calling, version))
    case 'disable':
    case 'enable':
    case 'endSessions': {
      const act = provider[verb]
      if (act === undefined) return plain(unable(provider, verb))
      if (handle === null) return plain(failed('no-handle', 'the target’s name for the version is not known'))
      enter()
      await act.call(provider, context, handle)
      return plain({ is: 'done' })
    }
  }
}

async function mint(
  ground: Ground,
  gathered: Gathered,
  { provider, context, fresh, enter }: Calling,
  { key, version }: Resolve,
): Promise<Acted> {
  if (provider.mint === undefined || provider.find === undefined) return plain(unable(provider, 'mint'))
  const credential = gathered.credential.id
  const kept = await ground.store.sealed(credential, version)
  const secret = kept === null ? null : ground.vault.open(kept)
  const operation: Operation = { key, credential, version, secret, intendedMs: ground.nowMs() }
  if (!fresh) {
    enter()
    const found = await provider.find(context, operation)
    if (found.is === 'ambiguous') {
      return plain({ is: 'ambiguous', problem: { code: 'ambiguous', text: found.text } })
    }
    if (found.is === 'done') return done(ground, found.handle, secret)
  }
  enter()
  const minted = await provider.mint(context, operation)
  if (minted.secret === null || secret !== null) return done(ground, minted.handle, secret)
  const sealed = ground.vault.seal(credential, version, minted.secret)
  const fingerprint = ground.vault.fingerprint(minted.secret)
  return { outcome: { is: 'minted', handle: minted.handle, fingerprint }, sealed }
}

/** It exists at the target; whether it is of any use depends on whether we hold its value. */
function done(ground: Ground, handle: string, secret: Secret | null): Acted {
  if (secret === null) return plain({ is: 'lost', handle })
  return plain({ is: 'minted', handle, fingerprint: ground.vault.fingerprint(secret) })
}

async function destroy(
  ground: Ground,
  gathered: Gathered,
  { provider, context, enter }: Calling,
  version: Version | undefined,
): Promise<EffectOutcome> {
  if (version === undefined) return { is: 'done' }
  if (provider.destroy === undefined || provider.find === undefined) return unable(provider, 'destroy')
  enter()
  if (version.handle !== null) {
    await provider.destroy(context, version.handle)
    return { is: 'done' }
  }
  // It was intended and never reported done: what a crash may have left is found by its operation key.
  const found = await provider.find(context, {
    key: version.operation,
    credential: gathered.credential.id,
    version: version.number,
    secret: null,
    intendedMs: ground.nowMs(),
  })
  if (found.is === 'ambiguous') return { is: 'ambiguous', problem: { code: 'ambiguous', text: found.text } }
  if (found.is === 'done') {
    enter()
    await provider.destroy(context, found.handle)
  }
  return { is: 'done' }
}

function previous({ state }: Gathered): number | null {
  return state.old?.version ?? null
}

const plain = (outcome: EffectOutcome): Acted => ({ outcome, sealed: null })

/** Trying again as things stand will not help, but a person can mend it. */
const failed = (code: string, text: string): EffectOutcome => ({
  is: 'failed',
  permanent: true,
  problem: { code, text },
})

const unable = (provider: Provider, verb: string) => failed('no-ability', `${provider.title} cannot ${verb}`)

export function outcomeOf(error: unknown): EffectOutcome {
  if (error instanceof ProviderError) {
    const problem: Problem = { code: error.code, text: error.message }
    return error.code === 'unreachable' || error.code === 'timeout'
      ? { is: 'unreachable', problem }
      : { is: 'failed', permanent: error.permanent, problem }
  }
  // Not one of ours: its text may hold anything, a value included, so only its name is kept.
  const name = error instanceof Error ? error.name : typeof error
  return {
    is: 'failed',
    permanent: false,
    problem: { code: 'failed', text: `the provider failed (${name})` },
  }
}

/** A value for a version to come, where we are the ones who make it. */
export function freshSecret(ground: Ground, provider: Provider): Secret {
  return provider.newSecret?.() ?? new Secret(ground.newSecret(provider.secretBytes))
}
