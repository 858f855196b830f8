// The providers: one line each.

import { builtInVendors } from './http/vendors.ts'
import { manual } from './manual/manual.ts'
import { mariadb } from './mariadb/mariadb.ts'
import { postgres } from './postgres/postgres.ts'
import type { Provider } from './provider.ts'
import { rabbitmq } from './rabbitmq/rabbitmq.ts'
import { redis } from './redis/redis.ts'

export const builtIn: readonly Provider[] = [manual, mariadb, postgres, rabbitmq, redis]

/** With the vendors that come as files. */
export const allBuiltIn = (): Provider[] => [...builtIn, ...builtInVendors()]
