// What an OTLP/HTTP request is answered with (https://opentelemetry.io/docs/specs/otlp, "OTLP/HTTP Response"), in the encoding in which it
// was sent: all of it was taken, a part of it was not and will not be if sent again, or it could not be read.
import type { OtlpEncoding, OtlpFault } from './body.ts'

export interface OtlpAnswer {
  status: number
  contentType: 'application/json' | 'application/x-protobuf'
  bytes: Uint8Array
}

/** How much of it does not count, and why, in words for whoever runs the exporter. */
export interface Rejected {
  count: number
  text: string
}

const rejectedName = { logs: 'rejectedLogRecords', metrics: 'rejectedDataPoints' } as const

export function taken(
  signal: 'logs' | 'metrics',
  encoding: OtlpEncoding,
  rejected: Rejected | null = null,
): OtlpAnswer {
  if (encoding === 'json') {
    const partial = rejected && {
      [rejectedName[signal]]: String(rejected.count),
      errorMessage: rejected.text,
    }
    return json(200, partial === null ? {} : { partialSuccess: partial })
  }
  // In both kinds of answer the part is field 1, and in it the count field 1 and the text field 2.
  const part = rejected && [...varintField(1, rejected.count), ...textField(2, rejected.text)]
  return protobuf(200, part === null ? [] : bytesField(1, part))
}

/** A google.rpc.Status: its code is left out, which the standard allows. */
export function refused({ encoding, status, text, how }: Omit<OtlpFault, 'ok'>): OtlpAnswer {
  const message = `${text}. ${how}`
  return encoding === 'protobuf' ? protobuf(status, textField(2, message)) : json(status, { message })
}

const json = (status: number, body: object): OtlpAnswer => ({
  status,
  contentType: 'application/json',
  bytes: Buffer.from(JSON.stringify(body)),
})

const protobuf = (status: number, bytes: readonly number[]): OtlpAnswer => ({
  status,
  contentType: 'application/x-protobuf',
  bytes: Uint8Array.from(bytes),
})

const textField = (field: number, text: string) => bytesField(field, [...Buffer.from(text)])

const bytesField = (field: number, bytes: readonly number[]) => [
  field * 8 + 2,
  ...varint(bytes.length),
  ...bytes,
]

const varintField = (field: number, value: number) => [field * 8, ...varint(value)]

function varint(value: number): number[] {
  const low = value % 128
  const rest = Math.floor(value / 128)
  return rest === 0 ? [low] : [low + 128, ...varint(rest)]
}
