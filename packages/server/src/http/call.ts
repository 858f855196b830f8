// What a handler is given and answers. A handler knows nothing of HTTP but an entity tag, and a stream where it holds one.
import { hash } from 'node:crypto'
import type { AnswerOf, BodyOf, ParamsOf, QueryOf, Route, routes } from '@rekey/wire'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../access/caller.ts'

export interface Call<R extends Route> {
  params: ParamsOf<R>
  query: QueryOf<R>
  body: BodyOf<R>
  caller: Caller
  /** The bytes as they came, for signatures. */
  bytes: Buffer | null
  request: FastifyRequest
  reply: FastifyReply
  signal: () => AbortSignal
}

/** The handler has taken the connection, and answers by itself. */
export const taken = Symbol('taken')

/** On every answer of the API: nobody keeps it, and nobody guesses what it is. */
export const usualHeaders = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}
export const jsonHeaders = { ...usualHeaders, 'content-type': 'application/json; charset=utf-8' }
export const problemHeaders = { ...usualHeaders, 'content-type': 'application/problem+json' }

export type Handler<R extends Route> = (call: Call<R>) => Promise<AnswerOf<R> | typeof taken>

type Groups = typeof routes
export type HandlersOf<G extends keyof Groups> = {
  [N in keyof Groups[G]]: Groups[G][N] extends Route ? Handler<Groups[G][N]> : never
}
/** An answer for every route: the compiler sees the one that is missing. */
export type Handlers = { [G in keyof Groups]: HandlersOf<G> }

/** Says which state this is; true: the caller has seen just that, and 304 was the whole answer. */
export function isSeen({ request, reply }: Pick<Call<Route>, 'request' | 'reply'>, tag: string): boolean {
  const quoted = `"${tag}"`
  reply.header('etag', quoted)
  const seen = request.headers['if-none-match']
  if (seen === undefined || !tagsOf(seen).includes(quoted)) return false
  void reply.code(304).send()
  return true
}

/** `If-Match`: null: not asked for; otherwise whether one of the tags is this. */
export function matches({ request }: Pick<Call<Route>, 'request'>, tag: string): boolean | null {
  const asked = request.headers['if-match']
  if (asked === undefined) return null
  return asked.trim() === '*' || tagsOf(asked).includes(`"${tag}"`)
}

/** Of what has no number of its own that rises with each change. */
export const contentTag = (said: unknown): string =>
  hash('sha256', JSON.stringify(said), 'base64url').slice(0, 22)

const tagsOf = (header: string) => header.split(',').map(one => one.trim().replace(/^W\//, ''))
