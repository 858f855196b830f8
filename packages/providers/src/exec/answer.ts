// What a plugin answers: one line of JSON, checked for its verb before anything of it is believed. Nothing else that it prints is
// ever shown, for it has been given values.
import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { ProviderError } from '../provider.ts'
import type { Ended } from './process.ts'
import { holdsValue, withoutValues } from './withheld.ts'

const object = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false })
const handle = Type.String({ minLength: 1, maxLength: 1_000 })
const words = Type.String({ minLength: 1, maxLength: 1_000 })
const nothing = object({})
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const span = object({ fromMs: Type.Number(), toMs: Type.Number() })

/** What each verb answers under "ok". */
export const answers = {
  mint: object({ handle, secret: Type.Optional(Type.String({ minLength: 1, maxLength: 100_000 })) }),
  find: Type.Union([
    object({ is: Type.Literal('not-started') }),
    object({ is: Type.Literal('done'), handle }),
    object({ is: Type.Literal('ambiguous'), text: words }),
  ]),
  probe: object({
    answer: Type.Union([Type.Literal('accepted'), Type.Literal('refused'), Type.Literal('unreachable')]),
  }),
  disable: nothing,
  enable: nothing,
  endSessions: nothing,
  destroy: nothing,
  list: object({
    listed: Type.Array(object({ handle, mark: orNull(Type.String({ pattern: '^[0-9a-f]{8}$' })) })),
  }),
  compareRights: object({ missing: Type.Array(words), extra: Type.Array(words) }),
  usage: object({
    sightings: Type.Array(
      object({
        handle,
        seenAs: orNull(words),
        instance: Type.Optional(orNull(words)),
        outcome: Type.Optional(Type.Union([Type.Literal('success'), Type.Literal('auth-failure')])),
        atMs: Type.Optional(Type.Number()),
      }),
    ),
    asOfMs: Type.Optional(Type.Number()),
    covered: Type.Optional(orNull(span)),
    gaps: Type.Optional(Type.Array(words)),
  }),
}
export type VerbName = keyof typeof answers
export type Answers = { [K in VerbName]: Static<(typeof answers)[K]> }

const codes = ['unreachable', 'timeout', 'rate-limited', 'denied', 'rejected', 'unexpected'] as const
const refusal = object({
  error: object({
    code: Type.Union(codes.map(code => Type.Literal(code))),
    text: Type.String({ minLength: 1, maxLength: 2_000 }),
  }),
})

const help = 'see docs/providers/exec.md'

export function readAnswer<V extends VerbName>(
  kind: string,
  verb: V,
  { output, exitCode, endedBy }: Ended,
  values: readonly string[],
): Answers[V] {
  const say = (code: ProviderError['code'], text: string) =>
    new ProviderError(code, `the plugin ${kind} ${text}`)
  const given = output.split('\n').filter(line => line.trim() !== '')
  const ending = endedBy === null ? `ended with exit code ${exitCode}` : `was ended by ${endedBy}`
  const isWell = exitCode === 0
  if (given.length === 0) {
    throw say(isWell ? 'rejected' : 'unexpected', `${ending} and gave no answer to ${verb}: ${help}`)
  }
  if (given.length > 1) {
    throw say(
      'rejected',
      `gives ${given.length} lines for an answer to ${verb}, and one is asked for: ${help}`,
    )
  }
  const answer = parsed(given[0]!)
  if (Value.Check(refusal, answer)) {
    const { code, text } = answer.error
    throw say(code, `says: ${withoutValues(text, values)}`)
  }
  const expected = object({ ok: answers[verb] })
  if (!Value.Check(expected, answer)) {
    throw say('rejected', `answers ${verb} in a form that cannot be read: ${help}`)
  }
  // It may have been cut short in the middle of its work.
  if (!isWell) throw say('unexpected', `${ending} although it answered ${verb}: ${help}`)
  const { ok } = answer as unknown as { ok: Answers[V] }
  if (holdsValue(JSON.stringify({ ...ok, secret: null }), values)) {
    throw say('rejected', `repeats a value in its answer to ${verb}: it must not`)
  }
  return ok
}

/** undefined: it is no JSON. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
