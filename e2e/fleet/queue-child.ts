// The queue worker.
import { workOn } from './jobs.ts'

await workOn('queue', false)
