// The body of an OTLP/HTTP request, before anything in it is understood: how it is packed, how it is encoded, and how long it may be.
import { gunzipSync } from 'node:zlib'
import { jsonMessage } from './json.ts'
import { type Fields, Malformed, type Message } from './message.ts'
import { protobufMessage } from './protobuf.ts'

export interface OtlpBody {
  contentType: string | undefined
  contentEncoding: string | undefined
  bytes: Uint8Array
}

export type OtlpEncoding = 'json' | 'protobuf'

export interface OtlpFault {
  ok: false
  /** null: neither of the two; then the answer is JSON. */
  encoding: OtlpEncoding | null
  status: 400 | 413 | 415
  text: string
  how: string
}

/** Before and after it is unpacked. A collector's usual batch of 8,192 records has half of this; the worst JSON takes half a second. */
export const longestBodyBytes = 8 * 1_048_576

const tooLong = {
  status: 413,
  text: `the body has more than ${longestBodyBytes} bytes`,
  how: 'Send smaller batches.',
} as const

export type Opened = { ok: true; encoding: OtlpEncoding; message: Message } | OtlpFault

/** What is wrong deep inside is found by whoever reads on, as `Malformed`. */
export function open({ contentType, contentEncoding, bytes }: OtlpBody, of: Fields): Opened {
  const encoding = encodingOf(contentType)
  if (encoding === null) {
    return {
      ok: false,
      encoding,
      status: 415,
      text: 'the content type is not one of OTLP',
      how: 'Send application/x-protobuf or application/json.',
    }
  }
  const plain = unpacked(bytes, contentEncoding)
  if (!(plain instanceof Uint8Array)) return { ok: false, encoding, ...plain }
  try {
    if (encoding === 'protobuf') return { ok: true, encoding, message: protobufMessage(plain, of) }
    return { ok: true, encoding, message: jsonMessage(parsed(plain), of) }
  } catch (error) {
    return malformed(error, encoding)
  }
}

export function malformed(error: unknown, encoding: OtlpEncoding): OtlpFault {
  if (!(error instanceof Malformed)) throw error
  const how = `Send what an OTLP/HTTP exporter sends as ${encoding === 'json' ? 'JSON' : 'protobuf'}.`
  return { ok: false, encoding, status: 400, text: error.message, how }
}

function encodingOf(contentType: string | undefined): OtlpEncoding | null {
  const type = (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase()
  if (type === 'application/json') return 'json'
  return type === 'application/x-protobuf' ? 'protobuf' : null
}

function unpacked(
  bytes: Uint8Array,
  contentEncoding = 'identity',
): Uint8Array | Pick<OtlpFault, 'status' | 'text' | 'how'> {
  if (bytes.length > longestBodyBytes) return tooLong
  const encoding = contentEncoding.trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return bytes
  if (encoding !== 'gzip') {
    const how = 'Send it as it is, or with gzip.'
    return { status: 415, text: 'the content encoding is not known', how }
  }
  try {
    return gunzipSync(bytes, { maxOutputLength: longestBodyBytes })
  } catch (error) {
    const code = (error as { code?: unknown } | null)?.code
    if (code === 'ERR_BUFFER_TOO_LARGE') return tooLong
    return { status: 400, text: 'the body is not gzip', how: 'Leave out the content encoding, or pack it.' }
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new Malformed('the body is not JSON')
  }
}
