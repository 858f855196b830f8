// What SQLite reports, in the store's codes. Result codes: https://sqlite.org/rescode.html
import { StoreError } from '../contract.ts'

const codes = {
  busy: 5,
  locked: 6,
  readonly: 8,
  ioerr: 10,
  corrupt: 11,
  full: 13,
  cantopen: 14,
  notadb: 26,
} as const

/** The primary result code, or null when it did not come from SQLite. */
export function resultCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null
  return typeof error.errcode === 'number' ? error.errcode & 0xff : null
}

export const isBusy = (error: unknown) => {
  const code = resultCode(error)
  return code === codes.busy || code === codes.locked
}

export function failure(error: unknown): unknown {
  if (error instanceof StoreError) return error
  switch (resultCode(error)) {
    case codes.full:
      return new StoreError(
        'disk-full',
        'there is no room to write; nothing of the change was kept',
        'Free some space on the disk of the store; it goes on by itself.',
        error,
      )
    case codes.corrupt:
      return corrupt('the store file is damaged', error)
    case codes.notadb:
      return new StoreError(
        'foreign-store',
        'the file is not a SQLite database',
        'Check the path of the store. If the file was a store once, restore a backup.',
        error,
      )
    case codes.busy:
    case codes.locked:
      return inUse(error)
    case codes.cantopen:
    case codes.readonly:
      return new StoreError(
        'store-unreachable',
        'the store file cannot be opened for writing',
        'Check that its folder exists and that this user may write there.',
        error,
      )
    case codes.ioerr:
      return new StoreError(
        'store-unreachable',
        'the disk of the store does not read or write as it should',
        'Check the disk and its messages in the system log, then start again.',
        error,
      )
    default:
      return error
  }
}

export const corrupt = (text: string, cause?: unknown) =>
  new StoreError('corrupt-store', text, 'Keep the file for examination and restore the last backup.', cause)

export const closed = () =>
  new StoreError('store-unreachable', 'the store is closed', 'Open it again before it is used.')

export const inUse = (cause?: unknown) =>
  new StoreError(
    'store-in-use',
    'another process works with this store',
    'Stop the other process first. Several control planes at once need PostgreSQL.',
    cause,
  )
