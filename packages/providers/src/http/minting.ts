// A key is made: asked for once. Where the answer is lost nothing is asked again; the next call finds by its name what was made.
import { Secret } from '@rekey/core'
import { markOf } from '../naming.ts'
import { type Context, type Minted, type Operation, ProviderError } from '../provider.ts'
import { first } from './json-path.ts'
import { textAt } from './listing.ts'
import type { Requests } from './requests.ts'
import { publicKeyOf } from './ssh-key.ts'
import type { Vendor } from './vendor-file.ts'

export async function minted(
  spec: NonNullable<Vendor['verbs']['mint']>,
  from: Vendor['value'],
  requests: Requests,
  context: Context,
  operation: Operation,
  name: string,
): Promise<Minted> {
  const { version, key, secret } = operation
  const fill = { operation: { name, mark: markOf(key), version, key }, ...ours(from, secret) }
  const { body } = await requests.asAdmin(context, spec, fill)
  const place = requests.placeOf(context)
  const handle = textAt(spec.handle, body)
  if (handle === null) {
    throw new ProviderError(
      'unexpected',
      `${place} made the key ${name} and does not say what it is called (${spec.handle})`,
    )
  }
  if (spec.value === undefined) return { handle, secret: null }
  const value = first(spec.value, body)
  if (typeof value === 'string' && value !== '') return { handle, secret: new Secret(value) }
  throw new ProviderError(
    'unexpected',
    `${place} made the key ${name} and gives no value for it (${spec.value})`,
  )
}

function ours(from: Vendor['value'], secret: Secret | null) {
  if (from === 'target') return {}
  if (secret === null) throw new ProviderError('unexpected', 'there is no value to set')
  if (from === 'random') return { value: secret }
  const publicKey = publicKeyOf(secret)
  if (publicKey === null) throw new ProviderError('unexpected', 'the value to set is no OpenSSH key')
  return { publicKey }
}
