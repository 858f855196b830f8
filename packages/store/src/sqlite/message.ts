// What passes between the store's thread and everybody else: arrays, so that a burst of calls is one message each way.
import { type CallName, type StoreCode, StoreError } from '../contract.ts'
import type { FileOptions } from './file.ts'

export interface Opening {
  path: string
  options: Partial<FileOptions>
  /** Where this process keeps its modules' compiled form; null: nowhere. */
  compiled: string | null
}

export type Ask = readonly [id: number, name: CallName | 'close', args: readonly unknown[]]
export type Reply = readonly [id: number, value: unknown] | readonly [id: number, value: null, error: Failed]

export interface Failed {
  name: string
  message: string
  stack: string | undefined
  code: string | undefined
  /** Only of a StoreError. */
  how: string | undefined
}

/** The cause stays behind: not every error survives being copied to another thread. */
export function failed(error: unknown): Failed {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), stack: undefined, code: undefined, how: undefined }
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const how = error instanceof StoreError ? error.how : undefined
  return { name: error.name, message: error.message, stack: error.stack, code, how }
}

export function errorFrom({ name, message, stack, code, how }: Failed): Error {
  const error =
    how === undefined
      ? Object.assign(new Error(message), { name, ...(code === undefined ? {} : { code }) })
      : new StoreError(code as StoreCode, message, how)
  if (stack !== undefined) error.stack = stack
  return error
}
