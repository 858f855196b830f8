import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type OpenApi, openApi } from './openapi.ts'
import { problems } from './problem.ts'
import { rights } from './route.ts'
import { allRoutes } from './routes.ts'

const document = openApi('1.2.3')
type Operation = OpenApi['paths'][string][string]
interface Parameter {
  name: string
  in: string
  required: boolean
  schema: object
}

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)
const byId = new Map(operations.map(({ operation, ...at }) => [operation.operationId, { ...at, operation }]))
const parametersOf = ({ parameters }: Operation) => parameters as Parameter[]

function* within(value: unknown, at = ''): Generator<[at: string, value: Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield [at, value as Record<string, unknown>]
  for (const [name, one] of Object.entries(value)) yield* within(one, `${at}/${name}`)
}

describe('the OpenAPI document', () => {
  test('has each route once, under a name of its own', () => {
    assert.equal(document.openapi, '3.1.0')
    assert.equal(document.info.version, '1.2.3')
    assert.equal(operations.length, allRoutes.length)
    assert.equal(byId.size, allRoutes.length)
    for (const [name, { method, path }] of allRoutes) {
      const found = byId.get(name)
      const address = path.replace(/:(\w+)/g, '{$1}')
      assert.deepEqual([found?.method, found?.path], [method.toLowerCase(), address], name)
    }
  })

  test('declares each parameter of an address, and none that is not in it', () => {
    for (const { path, operation } of operations) {
      const there = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()
      const declared = parametersOf(operation).filter(one => one.in === 'path')
      assert.deepEqual(declared.map(one => one.name).sort(), there, path)
      assert.ok(
        declared.every(one => one.required),
        path,
      )
    }
  })

  test('names no parameter twice in one place, and no body where there is none to send', () => {
    for (const { path, method, operation } of operations) {
      const names = parametersOf(operation).map(one => `${one.in} ${one.name}`)
      assert.equal(new Set(names).size, names.length, path)
      if (method === 'get') assert.equal(operation.requestBody, undefined, path)
    }
  })

  test('points to nothing that is not in it', () => {
    let found = 0
    for (const [at, { $ref }] of within(document)) {
      if (typeof $ref !== 'string') continue
      found++
      assert.match($ref, /^#\//, at)
      const target = $ref
        .slice(2)
        .split('/')
        .reduce((inside: unknown, name) => (inside as Record<string, unknown> | undefined)?.[name], document)
      assert.equal(typeof target, 'object', `${at} points to ${$ref}`)
    }
    assert.ok(found >= allRoutes.length)
  })

  test('is JSON as it stands, and has no field that JSON Schema does not know', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(document)), document)
    for (const [at, one] of within(document)) {
      for (const field of ['$id', '~kind', '~optional', 'static'])
        assert.ok(!(field in one), `${at}/${field}`)
    }
  })

  test('has a schema with a type or a choice for whatever is asked, and a known tag for each operation', () => {
    const tags = new Set(document.tags.map(one => one.name))
    const kinds = ['type', 'anyOf', 'enum', 'const']
    for (const { path, operation } of operations) {
      for (const { name, schema } of parametersOf(operation))
        assert.ok(
          kinds.some(one => one in schema),
          `${path} ${name}`,
        )
      assert.ok(operation.tags.every(one => tags.has(one)) && operation.tags.length === 1, path)
      assert.ok(operation.summary.length > 0 && !operation.summary.endsWith('.'), path)
    }
  })

  test('says of each operation how one shows who one is, and which right it takes', () => {
    const schemes = (document.components as { securitySchemes: object }).securitySchemes
    for (const [name, { who }] of allRoutes) {
      const { security, description = '' } = byId.get(name)!.operation
      const named = (security ?? []).flatMap(one => Object.keys(one))
      for (const scheme of named) assert.ok(scheme in schemes, name)
      if (who === 'anyone') assert.deepEqual(named, [], name)
      else if (who === 'agent') assert.deepEqual(named, ['agent'], name)
      else if (who === 'source' || who === 'receiver') assert.deepEqual(named, ['token'], name)
      else assert.deepEqual(named, ['session', 'token'], name)
      if ((rights as readonly string[]).includes(who))
        assert.ok(description.includes(`the right to ${who}`), name)
    }
  })

  test('offers an idempotency key where one is heeded: for what people change', () => {
    for (const [name, { method, who }] of allRoutes) {
      const offered = parametersOf(byId.get(name)!.operation).some(one => one.name === 'idempotency-key')
      assert.equal(
        offered,
        method !== 'GET' && !['anyone', 'agent', 'source', 'receiver'].includes(who),
        name,
      )
    }
  })

  test('answers each operation with what the route says, and a problem otherwise', () => {
    for (const [name, { status, media = 'application/json', showsSecret }] of allRoutes) {
      const { responses } = byId.get(name)!.operation as Operation & {
        responses: Record<string, { description: string; content: object }>
      }
      assert.deepEqual(Object.keys(responses).sort(), [String(status), 'default'].sort(), name)
      assert.deepEqual(Object.keys(responses[status]!.content), [media.split(';')[0]], name)
      assert.equal(/secret/.test(responses[status]!.description), showsSecret === true, name)
      assert.deepEqual(Object.keys(responses['default']!.content), ['application/problem+json'], name)
    }
  })
})

describe('the table of problems', () => {
  test('has a status that says whose fault it is, and a sentence that asks for no knowledge of ours', () => {
    for (const [code, [status, title]] of Object.entries(problems)) {
      assert.match(code, /^[a-z]+(-[a-z]+)*$/)
      assert.ok(status >= 400 && status < 600, code)
      assert.match(title, /^[A-Z].*\.$/, code)
    }
    assert.equal(
      new Set(Object.values(problems).map(([, title]) => title)).size,
      Object.keys(problems).length,
    )
  })
})
