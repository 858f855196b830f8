// The providers: one line each.
import { manual } from './manual/manual.ts'
import { postgres } from './postgres/postgres.ts'
import type { Provider } from './provider.ts'

export const builtIn: readonly Provider[] = [manual, postgres]
