// A rule: what every provider promises, tried on a plot of its own. It throws where the promise is broken; where a target cannot
// be asked for it, it says why it was not tried, so that nothing passes unseen.

import { randomBytes } from 'node:crypto'
import { Secret } from '@rekey/core'
import type { Context } from '@rekey/providers'
import {
  type Found,
  type Minted,
  markOf,
  type Operation,
  type Provider,
  ProviderError,
} from '@rekey/providers'
import type { Bed, Lead, Plot } from '../bed.ts'

export interface Rule {
  title: string
  /** null: it is kept. Otherwise why it does not concern this target. */
  kept(trial: Trial): Promise<string | null>
}

export interface Trial {
  bed: Bed
  provider: Provider
  plot: Plot
  context(overrides?: Partial<Context>, lead?: Lead): Context
  operation(version: number, key?: string): Operation
  /** Mints as the provider can, or as a person would where only a person can. */
  mint(context: Context, operation: Operation): Promise<Minted>
  /** Values that have been made here: none of them may show anywhere. */
  values: Set<string>
}

export const ownerHere = 'f00dcafe'

export function trialOn(bed: Bed, plot: Plot): Trial {
  const { provider } = bed
  const values = new Set([plot.existing.value, ...Object.values(plot.admin)])
  return {
    bed,
    provider,
    plot,
    values,
    context: (overrides = {}, lead = address => address) => ({
      settings: plot.settings(lead),
      signal: AbortSignal.timeout(20_000),
      owner: ownerHere,
      admin: async name => {
        const value = plot.admin[name]
        if (value === undefined) throw new ProviderError('denied', `there is no admin secret ${name}`)
        return new Secret(value)
      },
      nowMs: Date.now,
      ...overrides,
    }),
    operation(version, key = `key-${version}`) {
      const secret =
        provider.abilities.secretFrom === 'us' ? (provider.newSecret?.() ?? randomSecret()) : null
      if (secret !== null) values.add(secret.reveal())
      return { key, credential: 'rules', version, secret, intendedMs: Date.now() }
    },
    async mint(context, operation) {
      const minted = await (provider.mint?.(context, operation) ?? byHand(plot, provider, context, operation))
      if (minted.secret !== null) values.add(minted.secret.reveal())
      return minted
    },
  }
}

const randomSecret = () => new Secret(`a${randomBytes(31).toString('base64url')}`)

async function byHand(
  plot: Plot,
  provider: Provider,
  context: Context,
  operation: Operation,
): Promise<Minted> {
  const known: Found = (await provider.find?.(context, operation)) ?? { is: 'not-started' }
  if (known.is === 'done') return { handle: known.handle, secret: null }
  const name = provider.guide?.(context, 'mint', operation, null).name ?? null
  const done = await plot.hands?.mint?.(null, name)
  if (done?.value === undefined) throw new Error('the bed’s person made no value')
  const found: Found | undefined = await provider.find?.(context, operation)
  const handle = done.handle ?? (found?.is === 'done' ? found.handle : undefined)
  if (handle === undefined)
    throw new Error(`what the person made is not found by its mark ${markOf(operation.key)}`)
  return { handle, secret: new Secret(done.value) }
}

/** The value that now belongs to the version. */
export function heldValue(operation: Operation, minted: Minted): Secret {
  const secret = minted.secret ?? operation.secret
  if (secret === null) throw new Error('nobody holds the value')
  return secret
}

/** The error that a call ends in; that it does not end in one breaks the rule. */
export async function errorOf(trial: Trial, call: Promise<unknown>): Promise<ProviderError> {
  const error: unknown = await call.then(
    () => null,
    thrown => thrown,
  )
  if (!(error instanceof ProviderError)) {
    throw new Error(
      `it should have failed with a ProviderError, not ${error === null ? 'gone well' : String(error)}`,
    )
  }
  if (error.message.trim().split(' ').length < 4) throw new Error(`it says too little: ${error.message}`)
  const told = `${error.message}\n${error.stack}\n${String(error.cause ?? '')}`
  for (const value of trial.values) if (told.includes(value)) throw new Error('a value stands in the error')
  return error
}
