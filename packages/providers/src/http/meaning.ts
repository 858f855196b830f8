// What an answer means, by its status and by the signs that the vendor file names. The texts of a vendor are left out, for they like
// to repeat what was sent; its error codes are told.
import { ProviderError } from '../provider.ts'
import type { Answer } from './client.ts'
import { first, select } from './json-path.ts'
import type { Condition, Outcome, Vendor } from './vendor-file.ts'

export function holds({ at, is }: Condition, document: unknown): boolean {
  if (at === undefined) return true
  const found = select(at, document) ?? []
  return is === undefined ? found.some(isSomething) : found.some(one => is.includes(one))
}

/** An answer that cannot be read as the vendor's is none of those that the file names: a gateway may have given it. */
export const matches = (outcomes: readonly Outcome[] | undefined, answer: Answer): boolean =>
  answer.isReadable && (outcomes ?? []).some(one => one.status === answer.status && holds(one, answer.body))

const isSomething = (found: unknown) =>
  found !== undefined &&
  found !== null &&
  found !== false &&
  found !== '' &&
  !(Array.isArray(found) && found.length === 0)

export const hasError = ({ errorAt }: Vendor, { body }: Answer): boolean =>
  errorAt !== undefined && (select(errorAt, body) ?? []).some(isSomething)

/** The status, and the vendor's own code for the error where it has one. */
export function statusOf({ errorAt }: Vendor, { status, body }: Answer): string {
  const code = errorAt === undefined ? undefined : first(errorAt, body)
  const isCode = typeof code === 'number' || (typeof code === 'string' && /^[a-z][a-z_.-]{2,40}$/i.test(code))
  return isCode ? `${status} ${code}` : String(status)
}

/** null: it was done. */
export function failureOf(
  vendor: Vendor,
  answer: Answer,
  ok: readonly number[] | undefined,
  place: string,
  admin: string,
): ProviderError | null {
  const { status } = answer
  const told = statusOf(vendor, answer)
  const say = (code: ProviderError['code'], text: string) => new ProviderError(code, `${place}: ${text}`)
  if (status === 401 || matches(vendor.admin.denied, answer)) {
    return say(
      'denied',
      `${admin} is refused (${told}): correct it, or give it the rights of docs/providers/http.md`,
    )
  }
  if (status === 403) {
    return say('denied', `${admin} lacks a right (${told}): give it the rights of docs/providers/http.md`)
  }
  if (ok?.includes(status) ?? (status >= 200 && status < 300)) {
    return status < 300 && hasError(vendor, answer)
      ? say('unexpected', `the answer looks well and holds an error (${told})`)
      : null
  }
  if (status === 404 || status === 410) {
    return say(
      'rejected',
      `what is asked for is not there, or ${admin} may not see it (${told}): correct the settings, or its rights`,
    )
  }
  return (
    troubleOf(status, told, place) ??
    say('rejected', `the request is refused (${told}): correct the settings`)
  )
}

/** Nobody's refusal: the vendor cannot answer just now. */
export function troubleOf(status: number, told: string, place: string): ProviderError | null {
  if (status === 502 || status === 503 || status === 504 || status === 408) {
    return new ProviderError('unreachable', `${place} cannot answer just now (${told})`)
  }
  if (status >= 500 || status < 400) {
    return new ProviderError('unexpected', `${place} answered in a way that its file does not know (${told})`)
  }
  return null
}
