// A command that changes something: what it would send can be seen first (--dry-run), it is sent under a key with which it has the effect
// of once, and what came of it is shown.
import type { Call, Talk } from './call.ts'
import { flag, type Kinds, short, word } from './kinds.ts'
import { type Answer, type Asked, addressOf, type Known } from './plane/operations.ts'
import type { Block } from './show/blocks.ts'
import { line, text } from './show/blocks.ts'
import { type Verb, type VerbParts, verb } from './verb.ts'

export const writing = {
  dryRun: flag('say what would be sent, and send nothing'),
  idempotencyKey: word('key', 'the same key with the same request has the effect of once, for a day'),
} satisfies Kinds

export const reason = { reason: short('r', word('text', 'why; it is kept in the record')) } satisfies Kinds
export const yes = { yes: short('y', flag('go on without being asked')) } satisfies Kinds

/** What is sent, with the type of what comes back. */
export interface Pending<T> {
  operation: Known
  asked: Asked<Known>
  ifMatch?: string
  /** Fields of the body that hold a secret: they are not shown. */
  secret?: readonly string[]
  readonly gives?: T
}

export function pending<O extends Known>(
  operation: O,
  asked: Asked<O>,
  more: { ifMatch?: string; secret?: readonly string[] } = {},
): Pending<Answer<O>> {
  return { operation, asked: asked as Asked<Known>, ...more }
}

export interface WriteParts<A extends Kinds, O extends Kinds, T> extends Omit<VerbParts<A, O>, 'run'> {
  request(call: Call<A, O>): Promise<Pending<T>> | Pending<T>
  /** What has to be confirmed, where it cannot be taken back; asked for with `yes` among the options. */
  confirm?(call: Call<A, O>, request: Pending<T>): Promise<void>
  /** In the place of showing what would be sent: what it would do. */
  dryRun?(call: Call<A, O>, request: Pending<T>): Promise<number | undefined>
  blocks(answer: T, call: Call<A, O>): readonly Block[]
  hint?(answer: T, call: Call<A, O>): string | null
  /** What is done when it has been sent and shown; gives the code to end with. */
  after?(answer: T, call: Call<A, O>): Promise<number | undefined>
}

// biome-ignore lint/complexity/noBannedTypes: no arguments and no options are an empty table of them
export function write<const A extends Kinds = {}, const O extends Kinds = {}, T = unknown>(
  parts: WriteParts<A, O, T>,
): Verb {
  const { request, confirm, dryRun, blocks, hint = () => null, after, ...rest } = parts
  return verb({
    ...rest,
    options: { ...rest.options, ...writing },
    async run(call) {
      const own = call as unknown as Call<A, O>
      const asked = await request(own)
      if ((call.options as unknown as { dryRun: boolean }).dryRun) {
        if (dryRun !== undefined) return dryRun(own, asked)
        showUnsent(own, asked)
        return 0
      }
      await confirm?.(own, asked)
      const answer = await sent(own, asked)
      call.show(answer, () => blocks(answer, own))
      call.hint(hint(answer, own))
      return after?.(answer, own)
    },
  })
}

/** It is changed as it was seen, or not at all. */
export const asSeen = (tag: string | null | undefined): { ifMatch?: string } =>
  tag === null || tag === undefined ? {} : { ifMatch: tag }

export async function sent<T>(call: Talk, asked: Pending<T>): Promise<T> {
  const { operation, asked: what, ifMatch } = asked
  return (await call.plane.answer(operation, what, asSeen(ifMatch))).value as T
}

function showUnsent<T>(call: Talk, asked: Pending<T>): void {
  const { method, path } = addressOf(asked.operation, asked.asked)
  const body = asked.asked.body === undefined ? null : unsaid(asked.asked.body, asked.secret ?? [])
  const would = { method, path: `/api/v1${path}`, ...(body !== null && { body }) }
  call.show(would, () => [
    line(`${method} ${would.path}`),
    ...(body === null ? [] : [text(JSON.stringify(body, null, 2))]),
  ])
  call.tell('Nothing was sent.')
}

/** Secrets are named, and not shown. */
function unsaid(body: unknown, secret: readonly string[]): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  return Object.fromEntries(
    Object.entries(body)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, secret.includes(name) ? '…' : unsaid(value, secret)]),
  )
}
