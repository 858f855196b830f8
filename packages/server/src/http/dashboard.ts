// The dashboard: files that were built before (`npm run build:web`), read once at the start and served from memory. The address of each
// screen stands behind the #, and the page names its files relative to itself, so it works behind any path without knowing it.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pageStyle } from './page-style.ts'

export const builtDashboard = fileURLToPath(new URL('../../../web/dist/', import.meta.url))

type Encoding = 'br' | 'gzip' | 'identity'

interface Kept {
  type: string
  /** A name that changes with what is in it: it never has to be asked for again. */
  isForGood: boolean
  isText: boolean
  digest: string
  /** Compressed when it is first asked for so. */
  bodies: Map<Encoding, Promise<Buffer>>
}

/** false: it has not been built. */
export function dashboardRoutes(server: FastifyInstance, folder: string): boolean {
  // The link of an older start: browsers keep what stands behind its #, and take it along.
  server.get('/setup', async (_request, reply) => reply.headers(pageHeaders).redirect('./', 302))
  if (!existsSync(join(folder, 'index.html'))) {
    server.route({
      method: ['GET', 'HEAD'],
      url: '/',
      handler: async (_request, reply) =>
        reply.code(503).headers(notBuiltHeaders).type('text/html; charset=utf-8').send(notBuilt),
    })
    return false
  }
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = types[extname(path)]
    if (type === undefined) continue
    const file = kept(readFileSync(join(folder, path)), path.split(sep).join('/'), type)
    const url = path === 'index.html' ? '/' : `/${path.split(sep).map(encodeURIComponent).join('/')}`
    server.route({
      method: ['GET', 'HEAD'],
      url,
      handler: (request, reply) => answer(file, request, reply),
    })
  }
  return true
}

function kept(bytes: Buffer, path: string, type: string): Kept {
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
  return {
    type,
    isForGood: path.startsWith('assets/'),
    isText: !packed.has(type),
    digest,
    bodies: new Map([['identity', Promise.resolve(bytes)]]),
  }
}

async function answer(file: Kept, request: FastifyRequest, reply: FastifyReply) {
  const encoding = file.isText ? encodingFor(request.headers['accept-encoding']) : 'identity'
  reply
    .headers(pageHeaders)
    .header('etag', `"${file.digest}-${encoding}"`)
    .header('cache-control', file.isForGood ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (file.isText) reply.header('vary', 'accept-encoding')
  if (isKnown(file, request.headers['if-none-match'])) return reply.code(304).send()
  const body = await bodyOf(file, encoding)
  reply.type(file.type).header('content-length', body.length)
  if (encoding !== 'identity') reply.header('content-encoding', encoding)
  return reply.send(request.method === 'HEAD' ? null : body)
}

/** However it was sent: the file is the same. */
function isKnown({ digest }: Kept, asked: string | undefined): boolean {
  if (asked === undefined) return false
  return asked.split(',').some(one => one.trim() === '*' || one.includes(`"${digest}-`))
}

const packings = {
  // Nearly as small as it can be, and ten times as fast.
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes, { level: 9 }),
}

async function bodyOf({ bodies }: Kept, encoding: Encoding): Promise<Buffer> {
  const plain = bodies.get('identity')!
  if (encoding === 'identity') return plain
  const known = bodies.get(encoding) ?? plain.then(packings[encoding])
  bodies.set(encoding, known)
  return known
}

/** The smallest that whoever asks can read. */
export function encodingFor(accepted: string | undefined): Encoding {
  const weights = new Map<string, number>()
  for (const part of (accepted ?? '').toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map(one => one.trim())
    const q = parameters.find(one => one.startsWith('q='))
    weights.set(name, q === undefined ? 1 : Number(q.slice(2)))
  }
  const takes = (name: string) => (weights.get(name) ?? weights.get('*') ?? 0) > 0
  return takes('br') ? 'br' : takes('gzip') ? 'gzip' : 'identity'
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
}
/** Small already. */
const packed = new Set(['font/woff2', 'image/png', 'image/webp'])

/** Nothing but what is ours: whatever slipped into a page could load nothing, send nothing anywhere, and be framed by nobody. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const denied = [
  'accelerometer',
  'bluetooth',
  'browsing-topics',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'serial',
  'usb',
]
const permissions = [
  ...denied.map(one => `${one}=()`),
  'publickey-credentials-get=(self)',
  'publickey-credentials-create=(self)',
].join(', ')

const commonHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': permissions,
}
const pageHeaders = { ...commonHeaders, 'content-security-policy': policy }
const notBuiltHeaders = {
  ...commonHeaders,
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}

const notBuilt = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Rekey</title><style>${pageStyle}</style></head><body><main><h1>Rekey</h1>
<p>The control plane runs, and its dashboard has not been built. Build it, and start again:</p>
<pre><code>npm run build:web</code></pre>
<p>Until then: <a href="docs">the API</a>, and <code>rekey api</code> on the command line.</p></main></body></html>`
