// Where kill orders are kept. What comes while it is being written is written together the next time.
import { readKept, replaceKept } from '../environment.ts'
import { RekeyError } from '../error.ts'
import { type KeptOrders, keptIn, merged, textOf } from './kept.ts'

export class OrderFile {
  readonly #path: string
  #waiting: KeptOrders | null = null
  #writing: Promise<void> | null = null
  #next: Promise<void> | null = null

  constructor(path: string) {
    this.#path = path
  }

  /** null: nothing was kept yet. */
  async read(): Promise<KeptOrders | null> {
    const text = await readKept(this.#path).catch(error => {
      throw this.#failed('read', error)
    })
    return text === null ? null : keptIn(text, this.#path)
  }

  /** Done when it is on the disk. */
  save(kept: KeptOrders): Promise<void> {
    this.#waiting = this.#waiting === null ? kept : merged(this.#waiting, kept)
    if (this.#writing === null) return this.#write()
    this.#next ??= this.#writing.catch(() => undefined).then(() => this.#write())
    return this.#next
  }

  #write(): Promise<void> {
    const kept = this.#waiting!
    this.#waiting = null
    this.#next = null
    this.#writing = this.#replace(kept).finally(() => {
      this.#writing = null
    })
    return this.#writing
  }

  async #replace(kept: KeptOrders): Promise<void> {
    try {
      await replaceKept(this.#path, async text =>
        textOf(text === null ? kept : merged(kept, await keptIn(text, this.#path))),
      )
    } catch (error) {
      throw this.#failed('written', error)
    }
  }

  #failed(what: string, cause: unknown): RekeyError {
    if (cause instanceof RekeyError) return cause
    return new RekeyError(
      'orders-file',
      `The file of kill orders ${this.#path} cannot be ${what}.`,
      'Let this process read and write there, or set REKEY_ORDERS_FILE to another place.',
      { cause },
    )
  }
}
