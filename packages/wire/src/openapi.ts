// The OpenAPI 3.1 document, made from the routes. JSON Schema is what 3.1 speaks, so the schemas go in as they are.
import type { TSchema } from 'typebox'
import { problem } from './problem.ts'
import { isForPeople, type Route } from './route.ts'
import { allRoutes } from './routes.ts'

const groupTitles: Record<string, string> = {
  setUp: 'Set-up',
  session: 'Signing in',
  people: 'People',
  tokens: 'API tokens',
  proposals: 'Two-person decisions',
  settings: 'Rules',
  overview: 'Across all credentials',
  credentials: 'Credentials',
  consumers: 'Consumers',
  ghosts: 'Ghosts',
  rotations: 'Rotations',
  decisions: 'Decisions on a rotation',
  kills: 'Kills',
  glass: 'Break-glass codes',
  orderKeys: 'Keys of kill orders',
  signals: 'Signals',
  signalSources: 'Sources of signals',
  signalPolicy: 'What is done about signals',
  statusLists: 'Status lists',
  passports: 'Passports of versions',
  receivers: 'Receivers of shared signals',
  sharedSignals: 'Shared signals',
  record: 'The record',
  providers: 'Providers',
  agents: 'Agents',
  issuers: 'Trusted issuers',
  signOns: 'Sign-on providers',
  sources: 'Sources of observations',
  webhooks: 'Webhooks',
  telemetry: 'Telemetry',
  agent: 'What agents ask',
}

interface Operation {
  operationId: string
  tags: string[]
  summary: string
  description?: string
  security?: Record<string, string[]>[]
  parameters: object[]
  requestBody?: object
  responses: Record<string, object>
}

export interface OpenApi {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string; license: { name: string; identifier: string } }
  servers: { url: string }[]
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: object
}

export function openApi(version: string): OpenApi {
  const paths: OpenApi['paths'] = {}
  for (const [operation, one] of allRoutes) {
    const path = one.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: operationOf(operation, one) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rekey',
      version,
      description:
        'Rotates the credentials of agents and automation, proves that every consumer has moved, and only then retires the old version.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: Object.values(groupTitles).map(name => ({ name })),
    paths,
    components: {
      schemas: { Problem: plain(problem) },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'rekey-session' },
        token: { type: 'http', scheme: 'bearer', description: 'An API token or a session token' },
        agent: {
          type: 'apiKey',
          in: 'header',
          name: 'rekey-proof',
          description: 'With `authorization: Rekey <token>`; docs/agents.md says how the proof is made',
        },
      },
    },
  }
}

function operationOf(operation: string, one: Route): Operation {
  const group = operation.split('.')[0] ?? ''
  const security = securityOf(one)
  const body = hasFields(one.body) ? one.body : null
  return {
    operationId: operation,
    tags: [groupTitles[group] ?? group],
    summary: one.title,
    ...describe(one),
    ...(security !== null && { security }),
    parameters: [
      ...fieldsOf(one.params, 'path'),
      ...fieldsOf(one.query, 'query'),
      ...(one.method === 'GET' || !isForPeople(one) ? [] : [idempotencyKey]),
    ],
    ...(body !== null && {
      requestBody: { required: true, content: { 'application/json': { schema: plain(body) } } },
    }),
    responses: {
      [one.status]: {
        description: one.showsSecret ? 'Done. The answer has a secret in it: keep it out of logs' : 'Done',
        content: { [one.media?.split(';')[0] ?? 'application/json']: { schema: plain(one.answer) } },
      },
      default: {
        description: 'It did not work',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

const idempotencyKey = {
  name: 'idempotency-key',
  in: 'header',
  required: false,
  description: 'The same key with the same request has the effect of once, for a day',
  schema: { type: 'string', minLength: 8, maxLength: 100 },
}

function describe({ text, who }: Route): { description?: string } {
  const right = ['read', 'operate', 'decide', 'administer'].includes(who)
    ? `Needs the right to ${who}.`
    : null
  const said = [text, right].filter(one => one != null).join(' ')
  return said === '' ? {} : { description: said }
}

function securityOf({ who }: Route): Record<string, string[]>[] | null {
  if (who === 'anyone') return null
  if (who === 'agent') return [{ agent: [] }]
  if (who === 'source' || who === 'receiver') return [{ token: [] }]
  return [{ session: [] }, { token: [] }]
}

interface ObjectSchema {
  properties?: Record<string, TSchema>
  required?: string[]
}

function fieldsOf(schema: TSchema | undefined, place: 'path' | 'query'): object[] {
  const { properties = {}, required = [] } = (schema ?? {}) as ObjectSchema
  return Object.entries(properties).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: plain(field),
  }))
}

const hasFields = (schema: TSchema | undefined): schema is TSchema =>
  schema !== undefined && schema !== null && Object.keys(schema as object).length > 0

/** Without what TypeBox keeps beside the schema, and without our own names for documents of one. */
const plain = (schema: TSchema): object => {
  const { $id: _, ...rest } = JSON.parse(JSON.stringify(schema)) as { $id?: string }
  return rest
}
