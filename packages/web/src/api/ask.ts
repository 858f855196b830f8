// Asking the control plane. An operation of the wire by its name, with what goes in and what comes out typed by the wire.
// A write bears an idempotency key, so that whoever does not know whether it was done asks again and it is done once.

import { routes } from 'virtual:routes'
import type { AnswerOf, BodyOf, Operation, ParamsOf, Problem, QueryOf, RouteOf } from '@rekey/wire'
import { freshKey } from './fresh-key.ts'

export type { Operation }

export type Answer<O extends Operation> = AnswerOf<RouteOf<O>>

export interface Parts<O extends Operation> {
  params?: ParamsOf<RouteOf<O>>
  query?: QueryOf<RouteOf<O>>
  body?: BodyOf<RouteOf<O>>
}

export interface Way {
  signal?: AbortSignal | undefined
  /** The same for every try of the same wish; null: a question that is sent as a POST for its body only, and nothing is kept for it. */
  key?: string | null | undefined
  /** The entity tag that must still be right. */
  ifMatch?: string | undefined
}

/** What the control plane says went wrong. */
export class ProblemError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** No answer came: whether it was done is not known. */
export class AwayError extends Error {
  constructor(cause: unknown) {
    super('The control plane does not answer.', { cause })
    this.name = 'AwayError'
  }
}

const timeoutMs = 30_000

/** Told of each answer that says nobody is signed in any more; resolves when somebody is again. */
let onSignedOut: () => Promise<void> = () => Promise.reject(new Error('nobody listens'))
export function whenSignedOut(ask: () => Promise<void>): void {
  onSignedOut = ask
}

export async function ask<O extends Operation>(
  operation: O,
  parts: Parts<O> = {},
  way: Way = {},
): Promise<Answer<O>> {
  const { body } = await asked(operation, parts, way)
  return body as Answer<O>
}

/** With its entity tag, for whoever wants to change what was seen and nothing newer. */
export async function askTagged<O extends Operation>(operation: O, parts: Parts<O>, way: Way = {}) {
  const { body, tag } = await asked(operation, parts, way)
  return { value: body as Answer<O>, tag }
}

async function asked<O extends Operation>(operation: O, parts: Parts<O>, way: Way) {
  const answer = await send(operation, parts, way)
  const isSignedOut =
    answer.status === 401 && !operation.startsWith('session.') && !operation.startsWith('setUp.')
  if (!isSignedOut) return read(answer)
  await onSignedOut()
  return read(await send(operation, parts, way))
}

async function send<O extends Operation>(operation: O, parts: Parts<O>, way: Way): Promise<Response> {
  const [method] = routes[operation]!
  try {
    return await fetch(addressOf(operation, parts), {
      method,
      headers: {
        accept: 'application/json, text/markdown',
        ...(parts.body !== undefined && { 'content-type': 'application/json' }),
        ...(method !== 'GET' && way.key !== null && { 'idempotency-key': way.key ?? freshKey() }),
        ...(way.ifMatch !== undefined && { 'if-match': way.ifMatch }),
      },
      ...(parts.body !== undefined && { body: JSON.stringify(parts.body) }),
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(way.signal ? [way.signal] : [])]),
    })
  } catch (error) {
    if (way.signal?.aborted) throw error
    throw new AwayError(error)
  }
}

/** Relative, so that it holds behind any path. */
export function addressOf<O extends Operation>(operation: O, { params, query }: Parts<O>): string {
  const path = routes[operation]![1].replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String((params as Record<string, unknown>)[name])),
  )
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== '') search.set(name, String(value))
  }
  return search.size === 0 ? path : `${path}?${search}`
}

async function read(answer: Response): Promise<{ body: unknown; tag: string | undefined }> {
  const type = answer.headers.get('content-type') ?? ''
  const text = await answer.text().catch(error => {
    throw new AwayError(error)
  })
  const body = type.includes('json') && text !== '' ? (JSON.parse(text) as unknown) : text
  if (!answer.ok) throw new ProblemError(problemOf(answer, body))
  return { body, tag: answer.headers.get('etag') ?? undefined }
}

/** Also where something between us and the control plane answers in its place. */
function problemOf({ status, statusText }: Response, body: unknown): Problem {
  if (typeof body === 'object' && body !== null && 'code' in body) return body as Problem
  return {
    type: 'about:blank',
    title: statusText || 'It did not work.',
    status,
    code: status >= 500 ? 'unavailable' : 'invalid-request',
    detail: `Something between this page and the control plane answered with ${status}.`,
    how: 'Try again; if it stays, ask whoever runs the proxy.',
  }
}
