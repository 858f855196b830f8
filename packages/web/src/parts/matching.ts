// Which of many choices a few typed letters mean.

export interface Choice {
  value: string
  text: string
  /** What tells it from others of the same name. */
  note?: string
}

/** All words have to be there; what begins with what was typed comes first. */
export function matching<C extends Choice>(
  choices: readonly C[],
  typed: string,
  most: number,
): { shown: readonly C[]; more: number } {
  const sought = typed.trim().toLowerCase()
  if (sought === '') return { shown: choices.slice(0, most), more: Math.max(0, choices.length - most) }
  const words = sought.split(/\s+/)
  const first: C[] = []
  const then: C[] = []
  for (const choice of choices) {
    const text = `${choice.text}\n${choice.value}\n${choice.note ?? ''}`.toLowerCase()
    if (!words.every(word => text.includes(word))) continue
    const begins =
      choice.text.toLowerCase().startsWith(sought) || choice.value.toLowerCase().startsWith(sought)
    if (begins) first.push(choice)
    else then.push(choice)
  }
  const found = [...first, ...then]
  return { shown: found.slice(0, most), more: Math.max(0, found.length - most) }
}
