// The evidence of one event as a file: whoever has it checks it with nothing else, here or with a program of their own.
import type { EventView } from '@rekey/wire'
import type { Evidence } from '../../proof/verify.ts'

const format = 'rekey-evidence@v1'

/** Checked by a spec, with the log's own code. */
export const offlineProgram = `import { readFileSync } from "node:fs"
import { canonicalBytes, parsePolicy, sha256, verifyProof } from "@rekey/log"

const { event, leaf, proof, key } = JSON.parse(readFileSync(process.argv.at(-1), "utf8"))
const policy = parsePolicy("log " + key + "\\nquorum none")
const record = Buffer.from(leaf)
console.log("in the log:", verifyProof(proof, { record, policy, origin: key.split("+")[0] }))
const digest = "sha256:" + Buffer.from(sha256(canonicalBytes(event.data))).toString("hex")
console.log("the data are those that were sealed:", JSON.parse(leaf).evidence[0] === digest)
`

export function evidenceText(event: EventView, { leaf, proof, key }: Evidence): string {
  const checkpoint = proof.slice(proof.indexOf('\n\n') + 2)
  const about =
    'The event as it was recorded, the leaf that was sealed, the proof that it is in the log (C2SP tlog-proof), the signed checkpoint of the log (C2SP signed-note), and the key that it is checked with. The leaf names the SHA-256 of the canonical JSON (RFC 8785) of the data.'
  return `${JSON.stringify({ format, about, event, leaf, proof, checkpoint, key }, null, 2)}\n`
}

export type ReadEvidence =
  | { ok: true; evidence: Evidence & { event: EventView } }
  | { ok: false; why: string }

export function readEvidence(text: string): ReadEvidence {
  const no = (why: string) => ({ ok: false, why }) as const
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    return no(
      'The file is not JSON. It has to be the evidence of an event, as the page of that event gives it.',
    )
  }
  const { event, leaf, proof, key, ...rest } = (read ?? {}) as Partial<Evidence> & { format?: unknown }
  if (rest.format !== format) return no(`The file is no evidence of an event: its "format" is not ${format}.`)
  if (typeof leaf !== 'string' || typeof proof !== 'string' || typeof key !== 'string')
    return no('The file lacks the leaf, the proof or the key.')
  if (!isEvent(event)) return no('The file lacks the event, or parts of it.')
  return { ok: true, evidence: { event, leaf, proof, key } }
}

function isEvent(value: unknown): value is EventView {
  if (typeof value !== 'object' || value === null) return false
  const { stream, type, by, seq, atMs, position } = value as Partial<EventView>
  const texts = [stream, type, by].every(one => typeof one === 'string')
  return texts && [seq, atMs, position].every(Number.isSafeInteger) && 'data' in value
}
