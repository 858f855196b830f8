// A value that cannot be printed, serialised or compared by accident. The only way in is the constructor and the only
// way out is reveal(), so that a search for reveal( finds every place where a value is in the open.
const hidden = '[secret]'

export class Secret {
  readonly #value: string

  constructor(value: string) {
    if (value === '') throw new TypeError('a secret cannot be empty')
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return hidden
  }

  toJSON(): string {
    return hidden
  }

  [Symbol.toPrimitive](): string {
    return hidden
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return hidden
  }
}
