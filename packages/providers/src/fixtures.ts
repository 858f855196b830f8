// For tests only: what a provider is given where nothing of it matters.
import { type Context, ProviderError } from './provider.ts'

/** Where no target asks for one. */
export const noAdminSecrets = async (name: string): Promise<never> => {
  throw new ProviderError('denied', `there is no admin secret ${name}`)
}

export const aContext = (overrides: Partial<Context> = {}): Context => ({
  settings: {},
  signal: new AbortController().signal,
  owner: '0a1b2c3d',
  admin: noAdminSecrets,
  nowMs: Date.now,
  ...overrides,
})
