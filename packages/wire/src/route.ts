// A route: what may be asked at one address, by whom, and what is answered. The server registers these, OpenAPI is made from
// them, and the SDK and the command line take their types from them; nothing about the API is written twice.
import type { Static, TSchema } from 'typebox'
import { Type } from 'typebox'

/** What a person may do, each within the environments that they have a role in. */
export const rights = ['read', 'operate', 'decide', 'administer'] as const
export type Right = (typeof rights)[number]

export const roles = ['viewer', 'operator', 'approver', 'admin'] as const
export type Role = (typeof roles)[number]

/** Each role may do what those before it may. */
export const rightsOf: Record<Role, readonly Right[]> = {
  viewer: ['read'],
  operator: ['read', 'operate'],
  approver: ['read', 'operate', 'decide'],
  admin: ['read', 'operate', 'decide', 'administer'],
}

/**
 * `signed-in`: any person; `agent`: an agent that proves its key with each request; `source`: who holds a source's token; `receiver`:
 * who receives shared signals.
 */
export type Who = 'anyone' | 'signed-in' | 'agent' | 'source' | 'receiver' | Right

/** Those who are no people: what they send is not kept for a day under an idempotency key. */
export const isForPeople = ({ who }: { who: Who }) => !notPeople.has(who)
const notPeople = new Set<Who>(['anyone', 'agent', 'source', 'receiver'])

export interface RouteParts<P extends TSchema, Q extends TSchema, B extends TSchema, A extends TSchema> {
  /** A sentence without its end, for the docs: "List credentials". */
  title: string
  text?: string
  who: Who
  params?: P
  query?: Q
  body?: B
  answer: A
  /** What it answers with when it went well. */
  status?: 200 | 201 | 202 | 204
  /** The answer has a secret in it, which is shown this once. */
  showsSecret?: boolean
  /** The answer is no JSON document: a stream, or text of this type. */
  media?: string
  /** Largest body, in bytes, where the usual limit does not fit. */
  bodyLimit?: number
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Route<
  P extends TSchema = TSchema,
  Q extends TSchema = TSchema,
  B extends TSchema = TSchema,
  A extends TSchema = TSchema,
> extends RouteParts<P, Q, B, A> {
  method: Method
  path: string
  status: 200 | 201 | 202 | 204
}

export const none = Type.Object({})
type None = typeof none

export const root = '/api/v1'

export function route<
  A extends TSchema,
  P extends TSchema = None,
  Q extends TSchema = None,
  B extends TSchema = None,
>(at: `${Method} /${string}`, parts: RouteParts<P, Q, B, A>): Route<P, Q, B, A> {
  const [method, path] = at.split(' ') as [Method, string]
  return { status: 200, ...parts, method, path: `${root}${path}` }
}

/** What a handler is given, and what it has to answer. */
export type ParamsOf<R extends Route> = R extends Route<infer P> ? Static<P> : never
export type QueryOf<R extends Route> = R extends Route<TSchema, infer Q> ? Static<Q> : never
export type BodyOf<R extends Route> = R extends Route<TSchema, TSchema, infer B> ? Static<B> : never
export type AnswerOf<R extends Route> =
  R extends Route<TSchema, TSchema, TSchema, infer A> ? Static<A> : never
