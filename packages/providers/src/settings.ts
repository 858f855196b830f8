// Parts of settings that several providers have.
import { Type } from 'typebox'

/** The name of an admin secret. The value itself never stands in settings. */
export const adminSecret = (what: string) =>
  Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
    description: `The name of the admin secret that holds ${what}`,
  })

/** How the names that Rekey gives at the target begin. */
export const prefix = (longest: number) =>
  Type.String({
    pattern: '^[a-z][a-z0-9_]*$',
    maxLength: longest,
    description: 'How the names that Rekey gives there begin: small letters, digits and underscores',
  })

export const host = Type.String({
  pattern: '^[A-Za-z0-9.:_-]+$',
  maxLength: 253,
  description: 'A name or an address, without a port',
})
export const port = (usual: number) => Type.Integer({ minimum: 1, maximum: 65_535, default: usual })

/** Whether the way there is encrypted, and who is believed to be at its other end. */
export const tls = Type.Union([Type.Literal('verify'), Type.Literal('off')], {
  default: 'verify',
  description: 'verify: encrypted, and the certificate is checked. off: in the clear; for one machine only',
})
export const ca = Type.String({
  default: '',
  description: 'The certificate of your own authority, as PEM text; empty: the usual authorities',
})
