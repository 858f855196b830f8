// What PostgreSQL and the network report, in the store's codes. SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
// No connection string, password or parameter ever gets into a text here: only codes do.
import { StoreError } from '../contract.ts'

/** A deadlock, a failed serialisation, or two transactions that met at a unique index: run again, the outcome is clear. */
const again = new Set(['40001', '40P01', '23505'])

/** The connection or the server went away; what it was doing may have been done. */
const lost = new Set([
  '57P01',
  '57P02',
  '57P03',
  '25P03',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
])

export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  // Node tries several addresses and reports all of them.
  if (error instanceof AggregateError) return error.errors.map(codeOf).find(code => code !== '') ?? ''
  return ''
}

export const isClash = (error: unknown) => again.has(codeOf(error))

export function isLost(error: unknown): boolean {
  const code = codeOf(error)
  if (lost.has(code) || code.startsWith('08')) return true
  // The driver's own errors have no code.
  return (
    error instanceof Error &&
    code === '' &&
    /^(Connection terminated|timeout|Client has|Query read timeout)/i.test(error.message)
  )
}

export function failure(error: unknown): unknown {
  if (error instanceof StoreError) return error
  const code = codeOf(error)
  const cause = new Error(code === '' ? 'the driver lost the connection' : code)
  if (isLost(error)) {
    return unreachable(
      'PostgreSQL cannot be reached',
      'Check that the server runs and that its address is right.',
      cause,
    )
  }
  switch (code) {
    case '28000':
    case '28P01':
      return unreachable(
        'PostgreSQL refuses the login',
        'Check the user and the password of the store.',
        cause,
      )
    case '3D000':
      return unreachable('the database does not exist', 'Create it, or check its name.', cause)
    case '42501':
      return unreachable(
        'the user may not do this in the database',
        'Grant it the right to create a schema, or create the schema and make the user its owner.',
        cause,
      )
    case '53300':
      return unreachable('PostgreSQL has no free connection', 'Raise max_connections or lower `max`.', cause)
    case '57014':
      return unreachable('PostgreSQL did not answer in time', 'Look for locks and load on the server.', cause)
    case '25006':
      return unreachable('the server takes no writes', 'Point the store at the primary.', cause)
    case '53100':
      return new StoreError(
        'disk-full',
        'there is no room to write; nothing of the change was kept',
        'Free some space on the server; the store goes on by itself.',
        cause,
      )
    case 'XX001':
    case 'XX002':
      return new StoreError(
        'corrupt-store',
        'PostgreSQL reports damaged data',
        'Keep a copy for examination and restore the last backup.',
        cause,
      )
    default:
      // Without the detail, which may quote a whole row.
      return code === '' ? error : new Error(`PostgreSQL: ${(error as Error).message} (${code})`)
  }
}

export const closed = () => unreachable('the store is closed', 'Open it again before it is used.')

export const unreachable = (text: string, how: string, cause?: unknown) =>
  new StoreError('store-unreachable', text, how, cause)
