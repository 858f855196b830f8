// What MariaDB answers when it does not do what it is asked, in words that name what to mend.
// Told apart by number: the driver has no names for those that MySQL does not have.
import { codeOf, wayFailure } from '../failure.ts'
import { type Context, ProviderError } from '../provider.ts'
import type { Node } from './node.ts'

export const loginRefused = 1045
export const accountLocked = 4151
export const mustChangePassword: readonly number[] = [1820, 1862]
export const noSuchThread = 1094
export const tableDenied = 1142

export const placeOf = (node: Node) => `MariaDB at ${node.host}:${node.port}`

export const numberOf = (error: unknown): number => Number((error as { errno?: unknown } | null)?.errno ?? 0)

/** Too many connections, limits, a cluster node that is not in step, locks, a shutdown, a statement that was ended. */
const askAgain = new Set([
  1040, 1047, 1053, 1152, 1158, 1159, 1160, 1161, 1203, 1205, 1213, 1226, 1317, 1396, 1927,
])
const lacks = new Set([1044, 1095, 1142, 1143, 1227, 1370])

export function explained(error: unknown, context: Context, node: Node): Error {
  const place = placeOf(node)
  const way = wayFailure(error, place, context.signal)
  if (way !== null) return way
  const { admin, adminSecret, role } = context.settings as Record<string, string>
  const { message = '' } = error as Error
  const number = numberOf(error)
  const say = (code: ProviderError['code'], text: string) => new ProviderError(code, `${place}: ${text}`)
  const onWay = onTheWay(error)
  if (onWay !== null) return say(...onWay)
  if (askAgain.has(number)) return say('unreachable', `it cannot work just now (error ${number})`)
  if (lacks.has(number)) {
    const text = `the login ${admin} lacks a right (${message}): give it the grants of docs/providers/mariadb.md`
    return say('denied', text)
  }
  switch (number) {
    case loginRefused:
      return say('denied', `the login ${admin} is refused: correct the admin secret "${adminSecret}"`)
    case accountLocked:
      return say('denied', `the login ${admin} is locked: ALTER USER … ACCOUNT UNLOCK`)
    case 1129:
      return say('denied', 'it lets nobody in from this machine after many broken connections: FLUSH HOSTS')
    case 1130:
      return say('denied', 'it lets nobody in from this machine: make a login that may come from here')
    case 1146:
      return say('rejected', 'it has no table mysql.global_priv: it is not MariaDB 10.4 or newer')
    case 1698:
      return say(
        'denied',
        `the login ${admin} may not grant the role: GRANT ${role} TO ${admin} WITH ADMIN OPTION`,
      )
    case 1959:
      return say(
        'rejected',
        `there is no role ${role}: CREATE ROLE ${role}, and grant it what consumers need`,
      )
    case 1819:
      return say('rejected', `its policy of passwords refuses a hash: ${validation}`)
    case 1290:
      return message.includes('strict-password-validation')
        ? say(
            'rejected',
            `its policy of passwords (strict_password_validation) refuses a hash: ${validation}`,
          )
        : say('unreachable', 'it takes no writes just now (read_only)')
  }
  if (/secure_transport|insecure transport/i.test(message)) {
    return say('denied', 'it asks for an encrypted connection: set "tls" to "verify"')
  }
  return say('unexpected', `it answered with error ${number || codeOf(error) || 'without a code'}`)
}

const validation =
  'SET GLOBAL strict_password_validation = OFF, since only a hash is sent and the value is long and random'

function onTheWay(error: unknown): [ProviderError['code'], string] | null {
  const { message = '', syscall } = error as { message?: string; syscall?: string }
  switch (codeOf(error)) {
    case 'HANDSHAKE_NO_SSL_SUPPORT':
      return ['denied', 'it offers no encryption: switch TLS on there, or set "tls" to "off"']
    case 'HANDSHAKE_SSL_ERROR':
      return syscall === undefined
        ? ['denied', 'its certificate is not accepted: give its authority in the setting "ca"']
        : ['unreachable', 'the connection broke']
    case 'AUTH_SWITCH_PLUGIN_ERROR':
      return [
        'rejected',
        'the login is made for a way of proving itself that is not known here: use mysql_native_password',
      ]
    case 'PROTOCOL_CONNECTION_LOST':
    case 'PROTOCOL_SEQUENCE_TIMEOUT':
      return ['unreachable', 'the connection broke']
  }
  return numberOf(error) === 0 && /closed|lost|ended/i.test(message)
    ? ['unreachable', 'the connection broke']
    : null
}
