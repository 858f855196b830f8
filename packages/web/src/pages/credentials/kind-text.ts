// What credentials are, in words. The kinds come from the wire's types, so that a new one is asked for here by the compiler.
import type { CredentialView } from '@rekey/wire'

export const kindTexts: Record<CredentialView['kind'], string> = {
  'llm-key': 'LLM key',
  'oauth-refresh-token': 'OAuth refresh token',
  'oauth-client': 'OAuth client',
  'cloud-key': 'cloud key',
  database: 'database login',
  certificate: 'certificate',
  'signing-key': 'signing key',
  'encryption-key': 'encryption key',
  'agent-token': 'agent token',
  'vector-store': 'vector store key',
  'webhook-secret': 'webhook secret',
  'http-api': 'API token',
  other: 'other',
}
export const kindText = (kind: string) => kindTexts[kind as CredentialView['kind']] ?? kind

/** The last digits are enough to tell two apart; the whole of it is in the title. */
export const shortPrint = (fingerprint: string) => fingerprint.replace(/^hmac-sha256:/, '').slice(0, 8)
