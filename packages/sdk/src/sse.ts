// Server-sent events, as the HTML standard has them (section 9.2.6), as far as they are used here: `id`, `data`, comments.

export interface ServerEvent {
  id: string | null
  data: string
}

/** No message is longer; whoever sends more is no control plane. */
const longest = 1_048_576

export class EventReader {
  #rest = ''
  #id: string | null = null
  #data: string[] = []
  readonly #decoder = new TextDecoder()

  /** The events that these bytes complete. */
  read(bytes: Uint8Array): ServerEvent[] {
    this.#rest += this.#decoder.decode(bytes, { stream: true })
    if (this.#rest.length > longest) throw new RangeError('a message of the stream is too long')
    const events: ServerEvent[] = []
    // A carriage return at the very end may be the first half of a line's end.
    for (;;) {
      const end = /\r\n|\n|\r(?!$)/.exec(this.#rest)
      if (end === null) return events
      const line = this.#rest.slice(0, end.index)
      this.#rest = this.#rest.slice(end.index + end[0].length)
      if (line !== '') this.#field(line)
      else if (this.#data.length > 0) {
        events.push({ id: this.#id, data: this.#data.join('\n') })
        this.#data = []
      }
    }
  }

  #field(line: string): void {
    const colon = line.indexOf(':')
    if (colon === 0) return
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'data') this.#data.push(value)
    if (name === 'id' && !value.includes('\0')) this.#id = value
  }
}
