// The bare HTTP framework, in a process of its own: one route with a response schema that answers a constant of the given size.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(join(import.meta.dirname, '../../packages/server/src/index.ts'))
const { default: fastify } = (await import(require.resolve('fastify'))) as typeof import('fastify')

const size = Number(process.argv[2])
const server = fastify({ logger: false })
const answer = { value: 'x'.repeat(Math.max(0, size - '{"value":""}'.length)) }
const schema = { response: { 200: { type: 'object', properties: { value: { type: 'string' } } } } }
server.get('/constant', { schema }, async () => answer)
console.log(await server.listen({ host: '127.0.0.1', port: 0 }))
