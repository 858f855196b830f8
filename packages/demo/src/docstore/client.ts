// What a program of the platform asks of Docstore. A refusal says what it was, and holds nothing of the value.
export class DocstoreError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string) {
    super(`Docstore answered ${status} ${code}`)
    this.name = 'DocstoreError'
    this.status = status
    this.code = code
  }
}

export interface Docstore {
  url: string
  /** As whom it is asked. */
  userAgent: string
}

const patienceMs = 10_000

export async function ask(
  { url, userAgent }: Docstore,
  what: `${'GET' | 'POST'} /${string}`,
  token: string,
  signal?: AbortSignal,
): Promise<{ id?: string }> {
  const [method, path] = what.split(' ') as [string, string]
  const limit = AbortSignal.timeout(patienceMs)
  const answer = await fetch(`${url}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'user-agent': userAgent },
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
  })
  const body = (await answer.json()) as { id?: string; error?: { code?: string } }
  if (answer.ok) return body
  throw new DocstoreError(answer.status, body.error?.code ?? 'unknown')
}

export const isRefused = (error: unknown): error is DocstoreError =>
  error instanceof DocstoreError && error.status === 401
