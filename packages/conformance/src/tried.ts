// What is tried: one line each. A bed is made only when it is asked for, for each brings its own drivers and servers.
import type { Provider } from '@rekey/providers'
import type { Bed } from './bed.ts'

export interface Tried {
  provider: Provider
  /** What it is one of, where it has a name of its own: a vendor's file is `http`, a plugin `exec`. */
  kind?: string
  /** missing: its server is not here, and this says which and how to get it. */
  openBed(): Promise<Bed | { missing: string }>
}

const all: Record<string, () => Promise<Tried>> = {
  anthropic: async () => (await import('./beds/vendors/anthropic.ts')).anthropic(),
  cloudflare: async () => (await import('./beds/vendors/cloudflare.ts')).cloudflare(),
  'exec-python': async () => (await import('./beds/exec.ts')).triedPlugin('redis-acl-python', ['python3']),
  'exec-sh': async () => (await import('./beds/exec.ts')).triedPlugin('redis-acl-sh', ['redis-cli']),
  'github-deploy-key': async () => (await import('./beds/vendors/github.ts')).github(),
  manual: () => import('./beds/manual.ts'),
  mariadb: () => import('./beds/mariadb.ts'),
  openai: async () => (await import('./beds/vendors/openai.ts')).openai(),
  postgres: () => import('./beds/postgres.ts'),
  rabbitmq: () => import('./beds/rabbitmq.ts'),
  redis: () => import('./beds/redis.ts'),
}

export const triedKinds = Object.keys(all)

export async function tried(kind: string): Promise<Tried> {
  const found = all[kind]
  if (found === undefined) throw new Error(`there is no ${kind}; there are ${triedKinds.join(', ')}`)
  return found()
}
