// Pieces that many resources are made of.
import { type TSchema, Type } from 'typebox'

/** An id that people choose: it stands in addresses, file names and logs, so it is plain. */
export const id = Type.String({
  pattern: '^[a-z0-9]([a-z0-9._-]{0,98}[a-z0-9])?$',
  maxLength: 100,
  description: 'Lower-case letters, digits, dots, underscores and hyphens',
})
/** An id that we made, or that may have been registered otherwise. */
export const anyId = Type.String({ minLength: 1, maxLength: 200 })
export const name = Type.String({ minLength: 1, maxLength: 200 })
export const sentence = Type.String({ maxLength: 2_000 })
export const reason = Type.String({
  minLength: 3,
  maxLength: 2_000,
  pattern: '\\S',
  description: 'Why; it is kept in the record',
})
export const ms = Type.Integer({ minimum: 0, maximum: 8.64e15, description: 'Milliseconds since 1970, UTC' })
export const lengthMs = Type.Integer({ minimum: 0, maximum: 3.2e11, description: 'Milliseconds' })
export const environment = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' })

export const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
export const oneOf = <const T extends readonly string[]>(...values: T) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values] })

export const owner = Type.Object({ id: anyId, name }, { additionalProperties: false })

/** The next page begins after the last one's cursor. */
export const pageQuery = {
  after: Type.Optional(Type.String({ maxLength: 500, description: 'The cursor of the page before' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
}
export const page = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    next: Type.Union([Type.String(), Type.Null()], {
      description: 'The cursor of the next page; null: this was the last',
    }),
  })

export const done = Type.Object({ ok: Type.Literal(true) })
export const byId = Type.Object({ id: anyId })
