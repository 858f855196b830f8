// HTTP: a fetch that adds the credential to each request. An answer that refuses it is asked for once more with a newer version,
// where there is one and where the body can be sent again. The use is counted when the headers have come; the body streams on.
import type { Credential } from '../credential.ts'
import { RekeyError } from '../error.ts'
import type { Classify } from '../outcome.ts'
import { Use, type UseContext, type UseOptions } from '../use.ts'

export interface FetchOptions {
  /** `authorization`, where nothing else is said. */
  header?: string
  /** What stands in it: `Bearer <value>`, where nothing else is said. */
  format?: (value: string, context: UseContext) => string
  /** Where the credential may be sent: origins, as `https://api.example.com`. Without it, wherever the program asks. */
  origins?: readonly string[]
  lane?: string
  path?: NonNullable<UseOptions['path']>
  classify?: Classify
  /** In place of the platform's. */
  fetch?: typeof fetch
}

export function rekeyFetch(credential: Credential, options: FetchOptions = {}): typeof fetch {
  const { header = 'authorization', format = bearer, lane, path, classify } = options
  const origins = options.origins?.map(one => new URL(one).origin)
  const useOptions = {
    ...(lane !== undefined && { lane }),
    ...(path !== undefined && { path }),
    ...(classify !== undefined && { classify }),
  }
  return async (input, init) => {
    const go = options.fetch ?? fetch
    checkOrigin(input, origins)
    const caller = init?.signal ?? (input instanceof Request ? input.signal : undefined)
    const send = (context: UseContext, signal: AbortSignal) => {
      const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
      setHeader(headers, header, format(context.value, context))
      return go(input, { ...redirectOf(header, init), ...init, headers, signal })
    }
    if (isRepeatable(input, init)) {
      const signal = caller === undefined ? {} : { signal: caller }
      return credential.use(context => send(context, context.signal), { ...useOptions, ...signal })
    }
    return sendOnce(credential, send, caller ?? undefined, useOptions)
  }
}

const bearer = (value: string) => `Bearer ${value}`

type Send = (context: UseContext, signal: AbortSignal) => Promise<Response>

/** The body is gone once it was sent: a refusal is counted, and a newer version is asked for, but the answer is passed on. */
async function sendOnce(
  credential: Credential,
  send: Send,
  caller: AbortSignal | undefined,
  options: UseOptions,
): Promise<Response> {
  caller?.throwIfAborted()
  const once = new AbortController()
  let answer: Response | null = null
  const work = async (context: UseContext) => {
    // The signal of the context follows `once` as well, so it is not handed on as it is.
    const own = new AbortController()
    const stop = () => {
      if (answer === null) own.abort(context.signal.reason)
    }
    context.signal.addEventListener('abort', stop, { once: true })
    const signal = caller === undefined ? own.signal : AbortSignal.any([caller, own.signal])
    answer = await send(context, signal)
    if (answer.body !== null && context instanceof Use) context.outlivedBy(answer.body, own)
    // Whoever tries again gives the body of this answer up, so it is hidden until that is over.
    Object.defineProperty(answer, 'body', { value: null, configurable: true })
    once.abort(new Error('This was sent, and cannot be sent again.'))
    return answer
  }
  try {
    return await credential.use(work, { ...options, signal: once.signal })
  } catch (error) {
    if (answer === null) throw error
    return answer
  } finally {
    if (answer !== null) Reflect.deleteProperty(answer, 'body')
  }
}

/** What can be read twice: everything but a stream. */
function isRepeatable(input: string | URL | Request, init: RequestInit | undefined): boolean {
  const body: unknown = init?.body ?? (input instanceof Request ? input.body : null)
  if (body === null || typeof body === 'string') return true
  return (
    [URLSearchParams, FormData, Blob, ArrayBuffer].some(kind => body instanceof kind) ||
    ArrayBuffer.isView(body)
  )
}

/** fetch leaves `authorization` behind when it is led to another place, and takes every other header along. */
function redirectOf(header: string, init: RequestInit | undefined): RequestInit {
  const isSafe = header.toLowerCase() === 'authorization'
  return isSafe || init?.redirect !== undefined ? {} : { redirect: 'manual' }
}

function setHeader(headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, value)
  } catch {
    // The platform's error holds the value.
    const text = `The value of the credential cannot stand in the header ${name}.`
    throw new RekeyError(
      'not-configured',
      text,
      'Look at `format`: a header holds one line of printable text.',
    )
  }
}

function checkOrigin(input: string | URL | Request, origins: readonly string[] | undefined): void {
  if (origins === undefined) return
  const { origin } = new URL(input instanceof Request ? input.url : input)
  if (origins.includes(origin)) return
  const text = `The credential is not meant for ${origin}.`
  throw new RekeyError('wrong-origin', text, 'Use another fetch for it, or add it to `origins`.')
}
