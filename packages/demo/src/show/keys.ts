// The keys that Docstore has given out, by the names that people see: v1, v2, …
export type KeyState = 'good' | 'revoked' | 'disabled' | 'dead'

export interface KeyLine {
  label: string
  id: string
  state: KeyState
}

export class KeyBook {
  readonly #lines: KeyLine[] = []

  /** Under the number that Rekey has for it; without one, the next. */
  add(id: string, number?: number): void {
    if (this.#lines.some(one => one.id === id)) return
    this.#lines.push({ id, label: `v${number ?? this.#lines.length + 1}`, state: 'good' })
  }

  setState(id: string, state: KeyState): void {
    const line = this.#lines.find(one => one.id === id)
    if (line !== undefined) line.state = state
  }

  labelOf(id: string | null): string | null {
    return this.#lines.find(one => one.id === id)?.label ?? null
  }

  /** The one that everybody should use. */
  get newest(): KeyLine | null {
    return this.#lines.findLast(one => one.state === 'good') ?? null
  }

  get lines(): readonly KeyLine[] {
    return this.#lines.map(one => ({ ...one }))
  }

  clear(): void {
    this.#lines.length = 0
  }
}
