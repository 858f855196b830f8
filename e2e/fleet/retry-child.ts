// The retry worker.
import { workOn } from './jobs.ts'

await workOn('retry', true)
