// What may be said where the API takes one of several words. The words are the wire's, whose schemas take too long to load for a parser;
// a spec holds each of these lists to them.
export const models = ['atomic', 'dual', 'alias', 'waves'] as const
export const sides = ['old', 'new'] as const
export const gates = [
  'plan',
  'owners',
  'moved',
  'rarePaths',
  'refreshed',
  'freshSuccess',
  'quality',
  'exceptionPath',
  'fallback',
  'quiet',
  'authErrors',
  'rights',
  'ghosts',
  'rollback',
  'telemetry',
  'truth',
  'restricted',
  'decision',
] as const
export const kinds = [
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
export const sensitivities = ['normal', 'sensitive', 'critical'] as const
export const exposures = ['internal', 'partner', 'public'] as const
export const behaviours = [
  'web-request',
  'background-job',
  'scheduled-task',
  'webhook-handler',
  'admin-tool',
  'replay-script',
  'ai-worker',
  'data-export',
  'fallback-service',
  'training-run',
  'inference-node',
  'agent',
  'sub-agent',
] as const
export const pathClasses = ['primary', 'background', 'exception'] as const
export const observabilities = ['sdk', 'wrapped', 'provider', 'telemetry', 'attested', 'none'] as const
export const seen = [
  'success',
  'exercised',
  'restarted',
  'stopped',
  'fallback-confirmed',
  'fallback-disabled',
  'auth-failure',
] as const
export const verdicts = ['ready', 'ready-with-warnings', 'not-ready'] as const
export const ghostStates = ['open', 'claimed', 'dismissed'] as const
export const signalStates = ['open', 'done', 'dismissed'] as const
export const rights = ['read', 'operate', 'decide', 'administer'] as const
export const roles = ['viewer', 'operator', 'approver', 'admin'] as const
export const sourceKinds = ['webhook', 'ci', 'telemetry', 'metrics'] as const
export const decisionsOfTwo = ['retire', 'override', 'kill'] as const
export const issuerKinds = ['oidc', 'kubernetes', 'spiffe'] as const
export const defaultSubjects = ['ALL', 'NONE'] as const
export const signalSourceKinds = ['github', 'github-partner', 'gitguardian', 'standard', 'siem'] as const
export const signalKindsOfSources = ['public-leak', 'leak', 'alert', 'provider-notice'] as const
export const keyUses = ['orders', 'status', 'shared-signals'] as const
