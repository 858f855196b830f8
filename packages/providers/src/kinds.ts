// The providers: one line each.
import { postgres } from './postgres/postgres.ts'
import type { Provider } from './provider.ts'

export const builtIn: readonly Provider[] = [postgres]
