// One run of the reconciliation: each time a process of its own.
import { once } from './once.ts'

await once('cron', 'usual')
