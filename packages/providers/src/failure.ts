// What went wrong on the way to a target, told apart: it could not be reached (ask again), it said no (mend it), it took too long.
import { ProviderError } from './provider.ts'

const onTheWay = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ETIMEDOUT',
  'EPIPE',
  'EADDRNOTAVAIL',
])

const notEncrypted = new Set(['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'])
const certificate = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_OSSL)/

/** null: it was no fault of the way there. The error's own text is left out: it may repeat what was sent. */
export function wayFailure(error: unknown, place: string, signal: AbortSignal): ProviderError | null {
  if (error instanceof ProviderError) return error
  if (signal.aborted) return new ProviderError('timeout', `${place} did not answer in time`)
  const code = codeOf(error)
  if (onTheWay.has(code)) return new ProviderError('unreachable', `${place} cannot be reached (${code})`)
  if (notEncrypted.has(code)) {
    const text = `${place} does not speak TLS there (${code}): correct the port, or the setting "tls"`
    return new ProviderError('rejected', text)
  }
  if (certificate.test(code)) {
    return new ProviderError(
      'denied',
      `the certificate of ${place} is not accepted (${code}): give its authority in the setting "ca"`,
    )
  }
  return null
}

export const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '')

/** Closes what is open when the time for the call is over; answers how to stop listening. */
export function onAbort(signal: AbortSignal, close: () => void): () => void {
  if (signal.aborted) close()
  signal.addEventListener('abort', close, { once: true })
  return () => signal.removeEventListener('abort', close)
}
