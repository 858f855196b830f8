// Messages in the JSON encoding of OTLP (opentelemetry-proto, "JSON Protobuf Encoding"): names in lowerCamelCase, 64-bit numbers as text
// or as numbers, enumerations as numbers. Unknown names are passed over, as the standard demands; a known one in the spelling of the
// schema is refused, for passing over it would lose what it says without a word.
import { type Fields, Malformed, type Message } from './message.ts'

export function jsonMessage(value: unknown, of: Fields): Message {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Malformed('an object was expected')
  }
  for (const [wrong, right] of of.misspelt) {
    if (Object.hasOwn(value, wrong)) throw new Malformed(`the field ${wrong} must be written ${right}`)
  }
  return new Json(value as Record<string, unknown>)
}

class Json implements Message {
  readonly #value: Record<string, unknown>

  constructor(value: Record<string, unknown>) {
    this.#value = value
  }

  *all(name: string, of: Fields): Iterable<Message> {
    const list = this.#get(name)
    if (list === null) return
    if (!Array.isArray(list)) throw new Malformed(`the field ${name} must be a list`)
    for (const one of list) yield jsonMessage(one, of)
  }

  one(name: string, of: Fields): Message | null {
    const value = this.#get(name)
    return value === null ? null : jsonMessage(value, of)
  }

  text(name: string): string | null {
    const value = this.#get(name)
    if (value === null || typeof value === 'string') return value
    throw new Malformed(`the field ${name} must be text`)
  }

  whole(name: string): bigint | null {
    return this.#bigint(name, value => BigInt.asIntN(64, value))
  }

  fixed(name: string): bigint | null {
    return this.#bigint(name, value => BigInt.asUintN(64, value))
  }

  signedFixed(name: string): bigint | null {
    return this.#bigint(name, value => BigInt.asIntN(64, value))
  }

  real(name: string): number | null {
    const value = this.#get(name)
    if (value === null || typeof value === 'number') return value
    const isWritten =
      typeof value === 'string' && /^-?(\d{1,30}(\.\d{1,30})?(e[+-]?\d{1,3})?|Infinity)$/i.test(value)
    if (isWritten || value === 'NaN') return Number(value)
    throw new Malformed(`the field ${name} must be a number`)
  }

  flag(name: string): boolean | null {
    const value = this.#get(name)
    if (value === null || typeof value === 'boolean') return value
    throw new Malformed(`the field ${name} must be true or false`)
  }

  /** In this encoding null stands for a field that is absent. */
  #get(name: string): unknown {
    return this.#value[name] ?? null
  }

  #bigint(name: string, fitted: (value: bigint) => bigint): bigint | null {
    const value = this.#get(name)
    if (value === null) return null
    const isWhole = Number.isInteger(value) || (typeof value === 'string' && /^-?\d{1,20}$/.test(value))
    const read = isWhole ? BigInt(value as number | string) : null
    if (read === null || fitted(read) !== read) {
      throw new Malformed(`the field ${name} must be a whole number of 64 bits`)
    }
    return read
  }
}
