// Messages in the wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding), as far as OTLP needs it. A message is
// a stretch of the body; each question walks over its fields and jumps over what was not asked for. So there is no depth to be
// exhausted: what is not read is never entered. Groups, which OTLP has not, are refused.
import { type Fields, Malformed, type Message } from './message.ts'

const varintWire = 0
const fixed64Wire = 1
const lengthWire = 2
const fixed32Wire = 5

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function protobufMessage(bytes: Uint8Array, of: Fields): Message {
  return new Stretch(bytes, 0, bytes.length, of)
}

class Stretch implements Message {
  readonly #bytes: Uint8Array
  readonly #from: number
  readonly #to: number
  readonly #fields: Fields

  constructor(bytes: Uint8Array, from: number, to: number, of: Fields) {
    this.#bytes = bytes
    this.#from = from
    this.#to = to
    this.#fields = of
  }

  *all(name: string, of: Fields): Iterable<Message> {
    const number = this.#numberOf(name)
    const walk = this.#walk()
    while (walk.next()) {
      if (walk.number !== number) continue
      walk.expect(lengthWire)
      yield new Stretch(this.#bytes, walk.from, walk.to, of)
    }
  }

  one(name: string, of: Fields): Message | null {
    const found = this.#last(name, lengthWire)
    return found === null ? null : new Stretch(this.#bytes, found.from, found.to, of)
  }

  text(name: string): string | null {
    const found = this.#last(name, lengthWire)
    if (found === null) return null
    try {
      return utf8.decode(this.#bytes.subarray(found.from, found.to))
    } catch {
      throw new Malformed(`the field ${name} is not UTF-8`)
    }
  }

  whole(name: string): bigint | null {
    const found = this.#last(name, varintWire)
    return found === null ? null : BigInt.asIntN(64, bigVarint(this.#bytes, found.from, found.to))
  }

  fixed(name: string): bigint | null {
    const found = this.#last(name, fixed64Wire)
    return found === null ? null : this.#view(found.from).getBigUint64(0, true)
  }

  signedFixed(name: string): bigint | null {
    const found = this.#last(name, fixed64Wire)
    return found === null ? null : this.#view(found.from).getBigInt64(0, true)
  }

  real(name: string): number | null {
    const found = this.#last(name, fixed64Wire)
    return found === null ? null : this.#view(found.from).getFloat64(0, true)
  }

  flag(name: string): boolean | null {
    const found = this.whole(name)
    return found === null ? null : found !== 0n
  }

  /** Of a field that is there several times the last one counts. */
  #last(name: string, wire: number): { from: number; to: number } | null {
    const number = this.#numberOf(name)
    const walk = this.#walk()
    let from = -1
    let to = -1
    while (walk.next()) {
      if (walk.number !== number) continue
      walk.expect(wire)
      from = walk.from
      to = walk.to
    }
    return from < 0 ? null : { from, to }
  }

  #walk(): Walk {
    return new Walk(this.#bytes, this.#from, this.#to)
  }

  #view(from: number): DataView {
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + from, 8)
  }

  #numberOf(name: string): number {
    const number = this.#fields.numbers[name]
    if (number === undefined) throw new TypeError(`${name} is no field of this message`)
    return number
  }
}

/** Goes from field to field. After `next()` the value of the field `number` lies between `from` and `to`. */
class Walk {
  number = 0
  from = 0
  to = 0
  #wire = 0
  #at: number
  readonly #bytes: Uint8Array
  readonly #end: number

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.#bytes = bytes
    this.#at = at
    this.#end = end
  }

  next(): boolean {
    if (this.#at >= this.#end) return false
    const tag = this.#smallVarint()
    this.number = Math.floor(tag / 8)
    this.#wire = tag % 8
    if (this.number === 0) throw new Malformed('a field has the number 0')
    const length = this.#lengthOf()
    this.from = this.#at
    this.to = this.#at + length
    if (this.to > this.#end) throw new Malformed('the body ends in the middle of a field')
    this.#at = this.to
    return true
  }

  expect(wire: number): void {
    if (this.#wire !== wire) throw new Malformed(`field ${this.number} has another type than it should`)
  }

  #lengthOf(): number {
    switch (this.#wire) {
      case varintWire:
        return this.#varintLength()
      case fixed64Wire:
        return 8
      case lengthWire:
        return this.#smallVarint()
      case fixed32Wire:
        return 4
      default:
        throw new Malformed(`field ${this.number} has a type that OTLP does not use`)
    }
  }

  #varintLength(): number {
    for (let length = 1; length <= 10; length++) {
      const byte = this.#bytes[this.#at + length - 1]
      if (byte === undefined || byte < 0x80) return length
    }
    throw new Malformed('a number is longer than ten bytes')
  }

  /** Tags and lengths fit into 32 bits. */
  #smallVarint(): number {
    let value = 0
    for (let place = 1; this.#at < this.#end; place *= 128) {
      const byte = this.#bytes[this.#at++]!
      value += (byte % 128) * place
      if (value > 0xffff_ffff || place > 128 ** 4) throw new Malformed('a tag or a length is too large')
      if (byte < 128) return value
    }
    throw new Malformed('the body ends in the middle of a number')
  }
}

function bigVarint(bytes: Uint8Array, from: number, to: number): bigint {
  let value = 0n
  for (let at = to - 1; at >= from; at--) value = (value << 7n) | BigInt(bytes[at]! % 128)
  return value
}
