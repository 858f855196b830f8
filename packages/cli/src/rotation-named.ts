// A rotation is called by its id or by its credential: of a credential it is the one that is open, or else the last one that there was.
import type { Talk } from './call.ts'
import { exitCodes, Failure } from './exit.ts'
import { type Kinds, needed, word } from './kinds.ts'
import { ProblemFailure } from './plane/problem.ts'

export const rotationArg = {
  rotation: needed(word('id', 'its id, or that of its credential', { ids: 'rotation' })),
} satisfies Kinds

const isId = (text: string) => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)

export async function rotationId(call: Talk, named: string): Promise<string> {
  if (isId(named)) return named
  const open = await openOf(call, named)
  if (open !== null) return open
  let after: string | undefined
  let last: string | null = null
  do {
    const page = await call.ask('rotations.list', { query: { credential: named, after, limit: 500 } })
    last = page.items.at(-1)?.id ?? last
    after = page.next ?? undefined
  } while (after !== undefined)
  if (last !== null) return last
  throw new Failure(
    exitCodes.failed,
    `${named} has had no rotation yet.`,
    `Open one: rekey rotation open ${named}`,
  )
}

/** null: none is open. */
async function openOf(call: Talk, named: string): Promise<string | null> {
  try {
    return (await call.ask('credentials.get', { params: { id: named } })).openRotation
  } catch (error) {
    if (!(error instanceof ProblemFailure && error.status === 404)) throw error
    throw new Failure(
      exitCodes.failed,
      `There is neither a rotation nor a credential ${named}.`,
      'rekey rotation list',
    )
  }
}
