// The way there: its name, a connection, and who is believed to be at its other end.
import { lookup } from 'node:dns/promises'
import { connect as connectTcp, isIP } from 'node:net'
import { connect as connectTls, type PeerCertificate } from 'node:tls'
import { span } from '../show/times.ts'
import { type Finding, failed, ok, skipped, warned } from './finding.ts'

const longestMs = 5_000
const soonMs = 14 * 86_400_000

export async function nameFinding({ hostname }: URL): Promise<Finding> {
  const host = bare(hostname)
  if (isIP(host) !== 0) return ok('name', `${host} is an address.`)
  try {
    const found = await lookup(host, { all: true })
    return ok('name', `${host} is ${found.map(one => one.address).join(', ')}`)
  } catch (error) {
    const { code } = error as { code?: string }
    const text =
      code === 'ENOTFOUND' ? `There is no host ${host}.` : `${host} cannot be looked up (${String(code)}).`
    return failed('name', text, 'Look whether it is spelt right, and which name server this machine asks.')
  }
}

export function connectFinding(url: URL): Promise<Finding> {
  const port = portOf(url)
  const beganMs = performance.now()
  return new Promise(resolve => {
    const socket = connectTcp({ host: bare(url.hostname), port, timeout: longestMs })
    const end = (finding: Finding) => {
      socket.destroy()
      resolve(finding)
    }
    socket.once('connect', () =>
      end(ok('connection', `port ${port}, after ${span(performance.now() - beganMs)}`)),
    )
    socket.once('timeout', () =>
      end(
        failed(
          'connection',
          `Port ${port} does not answer within ${span(longestMs)}.`,
          'Look for a firewall between here and there.',
        ),
      ),
    )
    socket.once('error', error => {
      const { code } = error as { code?: string }
      const text =
        code === 'ECONNREFUSED'
          ? `Nobody listens on port ${port}.`
          : `Port ${port} cannot be reached (${String(code)}).`
      end(
        failed(
          'connection',
          text,
          'Look whether the control plane runs, and on which REKEY_HOST and REKEY_PORT.',
        ),
      )
    })
  })
}

export function tlsFinding(url: URL, nowMs: number): Promise<Finding> {
  if (url.protocol !== 'https:') return Promise.resolve(skipped('TLS', 'It is plain HTTP.'))
  const host = bare(url.hostname)
  return new Promise(resolve => {
    const socket = connectTls({
      host,
      port: portOf(url),
      ...(isIP(host) === 0 && { servername: host }),
      // Looked at below, so that it can be said what is wrong with it.
      rejectUnauthorized: false,
      timeout: longestMs,
    })
    const end = (finding: Finding) => {
      socket.destroy()
      resolve(finding)
    }
    socket.once('secureConnect', () => {
      const why = socket.authorized ? null : String(socket.authorizationError)
      end(ofCertificate(socket.getPeerCertificate(), socket.getProtocol() ?? 'TLS', why, nowMs))
    })
    socket.once('timeout', () =>
      end(
        failed('TLS', `No handshake within ${span(longestMs)}.`, 'Look whether it speaks TLS on this port.'),
      ),
    )
    socket.once('error', error => {
      const { code } = error as { code?: string }
      end(
        failed('TLS', `The handshake failed (${String(code)}).`, 'Look whether it speaks TLS on this port.'),
      )
    })
  })
}

export function ofCertificate(
  certificate: PeerCertificate,
  protocol: string,
  why: string | null,
  nowMs: number,
): Finding {
  const endsMs = Date.parse(certificate.valid_to)
  const until = Number.isNaN(endsMs)
    ? ''
    : `, its certificate is good for ${span(Math.max(0, endsMs - nowMs))}`
  if (why !== null)
    return failed('TLS', `Its certificate is not trusted: ${why}.`, remedies[why] ?? usualRemedy)
  if (!Number.isNaN(endsMs) && endsMs - nowMs < soonMs)
    return warned('TLS', `${protocol}${until}.`, 'Renew the certificate.')
  return ok('TLS', `${protocol}${until}`)
}

const usualRemedy = 'If it is of an authority of your own, name it in NODE_EXTRA_CA_CERTS.'
const remedies: Record<string, string> = {
  CERT_HAS_EXPIRED: 'Renew the certificate.',
  CERT_NOT_YET_VALID: 'Look at the clock of this machine, and at the certificate.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'Ask for it by a name that stands in its certificate.',
}

const bare = (hostname: string) => hostname.replace(/^\[|\]$/g, '')
const portOf = ({ port, protocol }: URL) => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port))
