// The audit's own way to the API: pages of the record are not kept in the cache of all pages, for there are too many of them, and what
// they say never changes.
import { ask } from '../../api/ask.ts'
import type { ReadHistory } from './history.ts'

export const readHistory: ReadHistory = (query, signal) => ask('record.history', { query }, { signal })
