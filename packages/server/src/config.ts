// Configuration: one schema, read once in main, passed down. Nothing else looks at the environment.
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

export const configSchema = Type.Object({
  host: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    description: 'The address to listen on (REKEY_HOST)',
  }),
  port: Type.Integer({
    default: 7370,
    minimum: 0,
    maximum: 65_535,
    description: 'The port to listen on, 0 for any (REKEY_PORT)',
  }),
  store: Type.String({
    default: 'data/rekey.db',
    minLength: 1,
    description: 'A file for the embedded store, or postgres://… (REKEY_STORE)',
  }),
  rootKeyFile: Type.String({
    default: '',
    description:
      'File with the root key, mode 0600 (REKEY_ROOT_KEY_FILE); beside an embedded store by default',
  }),
  rootKeyVariable: Type.String({
    default: '',
    description: 'Name of the variable that holds the root key (REKEY_ROOT_KEY_VARIABLE)',
  }),
  rootKeyCommand: Type.String({
    default: '',
    description: 'Command that prints the root key, as a JSON array (REKEY_ROOT_KEY_COMMAND)',
  }),
  origin: Type.String({
    default: 'rekey.local/log',
    pattern: '^[^\\s+]+$',
    description: 'The name of the sealed log, fixed when it begins (REKEY_ORIGIN)',
  }),
  adminFolder: Type.String({
    default: 'data/admin',
    minLength: 1,
    description: 'Folder of admin secrets, a file each, mode 0600 (REKEY_ADMIN_FOLDER)',
  }),
  providersFolder: Type.String({
    default: 'data/providers',
    minLength: 1,
    description: 'Folder of vendor files and plugins (REKEY_PROVIDERS_FOLDER)',
  }),
  url: Type.String({
    default: '',
    pattern: '^(https?://[^\\s,/]+(,https?://[^\\s,/]+)*)?$',
    description:
      'Where people and agents reach it, as https://rekey.example.com; several with commas, its name first (REKEY_URL)',
  }),
  dashboardUrl: Type.String({
    default: '',
    pattern: '^(https?://[^\\s,/?#]+(/[^\\s,/?#]+)*)?$',
    description:
      'Where people open the dashboard, if not at REKEY_URL: below the path of a proxy, as https://tools.example.com/rekey (REKEY_DASHBOARD_URL)',
  }),
  privateWebhooks: Type.Enum(['no', 'yes'], {
    type: 'string',
    default: 'no',
    description: 'May webhooks and metrics sources be at private addresses? (REKEY_PRIVATE_WEBHOOKS)',
  }),
  spool: Type.String({
    default: 'data/kill-orders.spool',
    minLength: 1,
    description: 'Where kill orders are kept while the store cannot be written (REKEY_SPOOL)',
  }),
  tickMs: Type.Integer({ default: 500, minimum: 50, maximum: 60_000, description: 'REKEY_TICK_MS' }),
})

export type Config = Static<typeof configSchema>

const variables: Record<keyof Config, string> = {
  host: 'REKEY_HOST',
  port: 'REKEY_PORT',
  store: 'REKEY_STORE',
  rootKeyFile: 'REKEY_ROOT_KEY_FILE',
  rootKeyVariable: 'REKEY_ROOT_KEY_VARIABLE',
  rootKeyCommand: 'REKEY_ROOT_KEY_COMMAND',
  origin: 'REKEY_ORIGIN',
  adminFolder: 'REKEY_ADMIN_FOLDER',
  providersFolder: 'REKEY_PROVIDERS_FOLDER',
  url: 'REKEY_URL',
  dashboardUrl: 'REKEY_DASHBOARD_URL',
  privateWebhooks: 'REKEY_PRIVATE_WEBHOOKS',
  spool: 'REKEY_SPOOL',
  tickMs: 'REKEY_TICK_MS',
}

export class ConfigError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.name = 'ConfigError'
    this.faults = faults
  }
}

/** Read by the test suite, and harmless here. */
const ours = /^REKEY_TEST_|^REKEY_NOT_RUN_FILE$/
/** Where a shared store's root key is looked for when nothing else is said. */
export const rootKeyVariable = 'REKEY_ROOT_KEY'

/** All that is wrong is said at once. Unknown REKEY_ variables are most often misspelt ones, so they are refused too. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const faults: string[] = []
  const given: Record<string, unknown> = {}
  const known = new Set([
    ...Object.values(variables),
    environment['REKEY_ROOT_KEY_VARIABLE'] ?? rootKeyVariable,
  ])
  for (const name of Object.keys(environment)) {
    if (name.startsWith('REKEY_') && !known.has(name) && !ours.test(name)) {
      faults.push(`${name} is not a setting; the settings are ${[...known].join(', ')}`)
    }
  }
  for (const [key, name] of Object.entries(variables)) {
    const text = environment[name]
    if (text === undefined || text === '') continue
    const isNumber = key === 'port' || key === 'tickMs'
    given[key] = isNumber && /^\d+$/.test(text) ? Number(text) : text
  }
  const config = Value.Default(configSchema, given)
  if (!Value.Check(configSchema, config)) {
    for (const error of Value.Errors(configSchema, config)) {
      const key = error.instancePath.slice(1) as keyof Config
      // The value itself is not repeated: an address may carry a password.
      faults.push(`${variables[key] ?? error.instancePath} ${error.message}`)
    }
  }
  const { rootKeyCommand } = config as Config
  if (rootKeyCommand !== undefined && rootKeyCommand !== '' && commandOf(rootKeyCommand) === null) {
    faults.push(
      'REKEY_ROOT_KEY_COMMAND must be a JSON array of words, as in ["op", "read", "op://vault/rekey"]',
    )
  }
  if (faults.length > 0) throw new ConfigError(faults)
  return config as Config
}

/** The words of a command; null where the text is not a JSON array of them. */
export function commandOf(text: string): string[] | null {
  try {
    const words: unknown = JSON.parse(text)
    const isCommand =
      Array.isArray(words) && words.length > 0 && words.every(word => typeof word === 'string')
    return isCommand ? (words as string[]) : null
  } catch {
    return null
  }
}
