// OpenID Connect Discovery 1.0: what an issuer says of itself, believed only where it names itself exactly as we do (section 4.3).
import type { JsonObject } from './base64url.ts'
import { type Fetch, fetchObject, isOnThisMachine, trustworthyAddress } from './remote-object.ts'

export type Discovered =
  | {
      ok: true
      metadata: JsonObject
      /** An address in the metadata; null where there is none, or none that is safe. */
      address: (name: string) => URL | null
    }
  | { ok: false; why: string }

export async function discover(
  issuer: string,
  reach: { fetch: Fetch; signal: AbortSignal },
): Promise<Discovered> {
  const base = trustworthyAddress(issuer)
  if (base === null || base.search !== '' || base.hash !== '')
    return { ok: false, why: 'the issuer is no https address (http only on this machine)' }
  const url = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
  const answer = await fetchObject(url, reach)
  if (!answer.ok) return answer
  if (answer.status !== 200) return { ok: false, why: `${url.host} answered ${answer.status} to discovery` }
  const metadata = answer.object
  if (metadata['issuer'] !== issuer)
    return { ok: false, why: `${url.host} calls itself another issuer than it is called here` }
  const address = (name: string) => {
    const found = trustworthyAddress(metadata[name])
    // An issuer elsewhere has no business on this machine.
    return found !== null && isOnThisMachine(found) && !isOnThisMachine(base) ? null : found
  }
  return { ok: true, metadata, address }
}
