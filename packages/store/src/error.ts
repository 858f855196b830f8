// The failures of a store. They are few, their codes are stable, and each says what to do.

/** An operating failure of a store, with a stable code. */
export type StoreCode =
  | 'foreign-store'
  | 'corrupt-store'
  | 'newer-store'
  | 'store-in-use'
  | 'store-unreachable'
  | 'disk-full'
  | 'migration-failed'
  | 'bad-backup'
  | 'not-empty'
  | 'root-key-missing'
  | 'root-key-wrong'
  | 'value-damaged'

export class StoreError extends Error {
  readonly code: StoreCode
  /** What to do about it. */
  readonly how: string

  constructor(code: StoreCode, text: string, how: string, cause?: unknown) {
    super(text, cause === undefined ? undefined : { cause })
    this.name = 'StoreError'
    this.code = code
    this.how = how
  }
}
