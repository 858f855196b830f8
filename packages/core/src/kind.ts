// What policy depends on: the kind of a credential, how much it protects, how far it stands from the outside.
/** What a credential is, as far as default policy goes. Which target it lives at is the provider's business. */
export const credentialKinds = [
  'llm-key',
  'oauth-refresh-token',
  'oauth-client',
  'cloud-key',
  'database',
  'certificate',
  'signing-key',
  'encryption-key',
  'agent-token',
  'vector-store',
  'webhook-secret',
  'http-api',
  'other',
] as const
export type CredentialKind = (typeof credentialKinds)[number]

export type Sensitivity = 'normal' | 'sensitive' | 'critical'
/** How far the credential's consumers stand from the outside world. */
export type Exposure = 'internal' | 'partner' | 'public'
