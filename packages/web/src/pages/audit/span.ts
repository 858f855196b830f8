// A span of time as an address keeps it: to the minute.

/** In an address it means the same to everybody, so it is UTC there. */
export const addressText = (ms: number | null): string | undefined =>
  ms === null ? undefined : `${new Date(ms).toISOString().slice(0, 16)}Z`

export function addressMs(text: string | null): number | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z$/.test(text)) return null
  const ms = Date.parse(text)
  return Number.isFinite(ms) && ms >= 0 ? ms : null
}
