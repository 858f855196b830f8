// A plugin file: any program, described so that it can stand among the providers. What is wrong with it is said in sentences, all
// at once, before it is ever called.
import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { settingsFaults } from '../check.ts'

const flag = (description: string) => Type.Boolean({ description })
const spanMs = (description: string) => Type.Integer({ minimum: 0, default: 0, description })

const abilities = Type.Object(
  {
    maxLive: Type.Integer({
      minimum: 1,
      description: 'How many versions the target accepts at once; 1: a mint ends the old value',
    }),
    secretFrom: Type.Union([Type.Literal('us'), Type.Literal('target')], {
      description: 'Who makes the value: us is Rekey',
    }),
    canDisable: flag('It knows the verbs disable and enable'),
    canEndSessions: flag('It knows the verb endSessions'),
    canList: flag('It knows the verb list'),
    canCompareRights: flag('It knows the verb compareRights'),
    usage: Type.Union(
      [Type.Literal('perCaller'), Type.Literal('sessions'), Type.Literal('lastUsed'), Type.Literal('none')],
      { description: 'What the verb usage can tell; none: it does not know it' },
    ),
    usageLagMs: spanMs('How far what it tells of usage may lag behind'),
    propagationMs: spanMs('How long a change may take to be true everywhere at the target'),
    byHand: Type.Array(Type.Never(), {
      default: [],
      description: 'Empty: what a person has to do is described by the provider manual',
    }),
  },
  { additionalProperties: false, description: 'What the target can do' },
)

const plugin = Type.Object(
  {
    kind: Type.String({
      pattern: '^[a-z][a-z0-9-]{0,49}$',
      description: 'The name that credentials give as their provider: small letters, digits, hyphens',
    }),
    title: Type.String({ minLength: 1, maxLength: 100, description: 'What people read' }),
    command: Type.Array(Type.String({ minLength: 1, pattern: '^[^\\u0000]*$' }), {
      minItems: 1,
      maxItems: 20,
      description: 'The program and its arguments; what contains a slash is found from the plugin file',
    }),
    format: Type.Union([Type.Literal('json'), Type.Literal('lines')], {
      default: 'json',
      description: 'How the request is written: as one line of JSON, or as lines of NAME=VALUE for a shell',
    }),
    environment: Type.Record(
      Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }),
      Type.String({ maxLength: 4_000, pattern: '^[^\\u0000]*$' }),
      { default: {}, description: 'Variables that the program finds, beside PATH and LANG; no secrets' },
    ),
    settings: Type.Object(
      { type: Type.Literal('object') },
      { additionalProperties: true, description: 'The JSON Schema of the settings' },
    ),
    admin: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'The settings that name an admin secret, whose value the program is given',
    }),
    abilities,
    secretBytes: Type.Integer({
      minimum: 16,
      maximum: 512,
      default: 32,
      description: 'How strong a value Rekey makes',
    }),
    longestName: Type.Integer({
      minimum: 30,
      maximum: 1_000,
      default: 63,
      description: 'How long a name the target allows, where the settings have a "prefix"',
    }),
  },
  { additionalProperties: false },
)
export type Plugin = Static<typeof plugin>

export type PluginRead = { ok: true; plugin: Plugin; folder: string } | { ok: false; faults: string[] }

export function readPlugin(file: string): PluginRead {
  const fault = (text: string): PluginRead => ({ ok: false, faults: [`the plugin file ${file}: ${text}`] })
  let given: unknown
  try {
    given = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const { code } = error as { code?: string }
    return fault(code === undefined ? 'it is not JSON' : `it cannot be read (${code})`)
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return fault('it holds no object: see docs/providers/exec.md')
  }
  const faults = settingsFaults({ settings: plugin }, given as Record<string, unknown>)
  if (faults.length > 0) return { ok: false, faults: faults.flatMap(text => (fault(text) as Faulty).faults) }
  const read = Value.Default(plugin, given) as Plugin
  const more = settingFaults(read)
  if (more.length > 0) return { ok: false, faults: more.flatMap(text => (fault(text) as Faulty).faults) }
  return { ok: true, plugin: read, folder: dirname(resolve(file)) }
}

type Faulty = Extract<PluginRead, { ok: false }>

/** What the schema of the settings has to keep, so that nothing misspelt passes and admin secrets are given by name. */
function settingFaults({ settings, admin }: Plugin): string[] {
  const faults: string[] = []
  const { properties, additionalProperties } = settings as {
    properties?: Record<string, { type?: unknown }>
    additionalProperties?: unknown
  }
  if (additionalProperties !== false) {
    faults.push('"settings" has to say "additionalProperties": false, or a misspelt setting is not noticed')
  }
  for (const name of admin) {
    if (properties?.[name]?.type !== 'string') {
      faults.push(`"admin" names ${name}, which is no setting of type string`)
    }
  }
  try {
    Value.Check(settings as TSchema, {})
  } catch {
    faults.push('"settings" is not a JSON Schema that can be used')
  }
  return faults
}

/** Without a slash it is looked for in PATH; with one, from the plugin file on. */
export function programOf({ command: [program = '', ...args] }: Plugin, folder: string) {
  const isRelative = program.includes('/') && !isAbsolute(program)
  return { program: isRelative ? join(folder, program) : program, args }
}
