// Starts a control plane from its configuration: store, keys, loops, HTTP. What is begun is ended in the reverse order.
import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { uptime } from 'node:os'
import { dirname, resolve } from 'node:path'
import type { Provider } from '@rekey/providers'
import {
  createRootKeyFile,
  openPostgres,
  openSqliteStore,
  openVault,
  type RootKey,
  readRootKey,
  type Store,
} from '@rekey/store'
import { adminSecrets } from './admin-secrets.ts'
import { watchedClock } from './clock.ts'
import { type Config, commandOf, rootKeyVariable } from './config.ts'
import { type Ground, usualLimits } from './ground.ts'
import type { Log } from './http/log.ts'
import { newId } from './ids.ts'
import type { Journal } from './journal.ts'
import { startLoops } from './loops.ts'
import type { OpenPlane } from './open-plane.ts'
import { logSigner } from './sealing/key.ts'

export interface Running {
  address: string
  /** Where the first person sets it up; null: somebody has. */
  setUpLink: string | null
  /** Where people work with it; null: it was not built. */
  dashboard: string | null
  engine: string
  ground: Ground
  /** What is wrong with files of the providers' folder: they are left out. */
  faults: readonly string[]
  stop(): Promise<void>
}

export async function start(
  config: Config,
  journal: Journal,
  version: string,
  log: Log = () => undefined,
): Promise<Running> {
  const ground = await openGround(config, journal)
  const { store } = ground
  try {
    const [
      { newsFor, openPlane },
      { builtDashboard, dashboardRoutes },
      { plainRoutes },
      { providersWith },
      { setUpToken },
    ] = await Promise.all([
      import('./open-plane.ts'),
      import('./http/dashboard.ts'),
      import('./http/plain.ts'),
      import('@rekey/providers/all'),
      import('./access/set-up.ts'),
    ])
    const { providers, faults } = providersWith(resolve(config.providersFolder))
    ground.providers = new Map(providers.map(one => [one.kind, one]))
    const news = await newsFor(store, isPostgres(config.store) ? config.store : null, error =>
      journal.trouble?.('bus', error),
    )
    ground.store = news.store
    const { vault } = ground
    const signer = () => logSigner(ground.store, vault, config.origin, randomBytes)
    await signer()
    const urls = config.url === '' ? [] : config.url.split(',')
    const allowPrivate = config.privateWebhooks === 'yes'
    const plane = await openPlane(ground, news, {
      version,
      urls,
      dashboardUrl: config.dashboardUrl === '' ? null : config.dashboardUrl,
      allowPrivate,
      log,
      spool: resolve(config.spool),
    })
    plainRoutes(plane.server, {
      version,
      engine: store.engine,
      check: async () => {
        const doubt = ground.doubt()
        if (doubt !== null) throw new Error(doubt)
        await store.check(ground.nowMs())
      },
      fenced: async () => (await store.meta('fenced')) !== null,
      metrics: plane.metrics,
      gauges: () => gauges(plane),
    })
    const hasDashboard = dashboardRoutes(plane.server, builtDashboard)
    const address = await plane.server.listen({
      host: config.host,
      port: config.port,
      // A whole fleet answers a kill, or comes back, in the same second: whoever found no room would try again a second later.
      backlog: 4_096,
    })
    // Whoever reaches it where it listens asks for it by that name; others only by the names that were given.
    if (urls.length === 0) urls.push(address, address.replace('127.0.0.1', 'localhost'))
    plane.origins.add(urls[0]!)
    // From here on there is a key to give orders with, whatever becomes of the store.
    await plane.orders.keys.ring()
    const token = await setUpToken(ground, plane.keep)
    const loops = startLoops(ground, signer, config.tickMs)
    const around = plane.startLoops()
    return {
      address,
      // Behind the #: what stands there is sent to nobody.
      setUpLink: token === null ? null : `${plane.dashboardUrl ?? urls[0]}/#/set-up/${token.reveal()}`,
      dashboard: hasDashboard ? `${plane.dashboardUrl ?? address}/` : null,
      faults,
      engine: store.engine,
      ground,
      async stop() {
        await around.stop()
        await plane.stop()
        await loops.stop()
        await store.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

function gauges({ feed, streams, ground }: OpenPlane): Record<string, number> {
  const { agents, people } = streams.count()
  return {
    rekey_streams_agents: agents,
    rekey_streams_people: people,
    rekey_feed_position: feed.position(),
    rekey_feed_lag_seconds: Math.max(0, ground.nowMs() - feed.freshMs()) / 1_000,
    process_resident_memory_bytes: process.memoryUsage.rss(),
    process_uptime_seconds: Math.round(process.uptime()),
  }
}

/** The store with its keys, and all that comes from outside: the clock, ids, randomness. */
export async function openGround(
  config: Config,
  journal: Journal,
  rootKeys?: readonly RootKey[],
): Promise<Ground> {
  const store = await openStore(config)
  const clock = watchedClock(Date.now, () => uptime() * 1_000)
  try {
    return {
      store,
      vault: await openVault(store, rootKeys ?? (await rootKey(config))),
      providers: new Map<string, Provider>(),
      nowMs: clock.nowMs,
      doubt: clock.doubt,
      within: ms => AbortSignal.timeout(ms),
      id: () => newId(clock.nowMs()),
      random: randomBytes,
      newSecret,
      admin: adminSecrets(resolve(config.adminFolder)),
      holder: randomUUID(),
      limits: usualLimits,
      journal,
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

export function isPostgres(store: string): boolean {
  return store.startsWith('postgres://') || store.startsWith('postgresql://')
}

async function openStore({ store }: Config): Promise<Store> {
  if (isPostgres(store)) return openPostgres({ connection: store })
  const path = resolve(store)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  return openSqliteStore(path)
}

/** An embedded store gets a root key of its own beside it on first start; a shared store is always told where its key is. */
export async function rootKey(config: Config): Promise<RootKey> {
  const argv = config.rootKeyCommand === '' ? null : commandOf(config.rootKeyCommand)
  if (argv !== null) return readRootKey({ from: 'command', argv })
  if (config.rootKeyVariable !== '') {
    return readRootKey({ from: 'environment', variable: config.rootKeyVariable })
  }
  if (config.rootKeyFile !== '') return readRootKey({ from: 'file', path: config.rootKeyFile })
  if (isPostgres(config.store)) return readRootKey({ from: 'environment', variable: rootKeyVariable })
  const path = `${resolve(config.store)}.root-key`
  if (!existsSync(path)) await createRootKeyFile(path)
  return readRootKey({ from: 'file', path })
}

/** It begins with a letter or a digit: on many a command line a dash begins an option. */
export function newSecret(bytes: number): string {
  for (;;) {
    const text = randomBytes(bytes).toString('base64url')
    if (/^[A-Za-z0-9]/.test(text)) return text
  }
}
