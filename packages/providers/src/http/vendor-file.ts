// A vendor file: all that has to be known of a vendor's API to rotate its keys, declared in one JSON document. It holds no code,
// and no secret: only where in a request each part goes, and what the answers mean.
import { type Static, Type } from 'typebox'

const description = (text: string) => ({ description: text })
const path = (what: string) => Type.String(description(`${what}, as a path such as $.data[0].id`))
const statuses = (what: string) => Type.Array(Type.Integer({ minimum: 200, maximum: 599 }), description(what))

/** Something in an answer that means something. Without `is`, whatever stands there and is not null, false or empty. */
const sign = {
  at: Type.Optional(path('Where in the answer')),
  is: Type.Optional(Type.Array(Type.Unknown(), description('What stands there: any of these'))),
}
const condition = Type.Object(sign, { additionalProperties: false })
const outcome = Type.Object(
  { status: Type.Integer({ minimum: 200, maximum: 599 }), ...sign },
  { additionalProperties: false },
)

const request = {
  request: Type.String({
    pattern: '^(GET|POST|PUT|PATCH|DELETE) /[^?#]*$',
    description: 'The method and the path below baseUrl, such as "GET /keys/{{handle}}"',
  }),
  query: Type.Optional(Type.Record(Type.String(), Type.String(), description('What follows the path'))),
  headers: Type.Optional(Type.Record(Type.String(), Type.String(), description('Beside those of "admin"'))),
  body: Type.Optional(Type.Unknown(description('Sent as JSON'))),
  ok: Type.Optional(statuses('The statuses that mean that it was done; usually any from 200 to 299')),
  repeatable: Type.Optional(
    Type.Boolean(
      description('Sent again when the vendor fails: twice has the effect of once. A GET always is'),
    ),
  ),
}
const bare = Type.Object(request, { additionalProperties: false })
const change = Type.Object(
  {
    ...request,
    current: Type.Optional(bare),
  },
  { additionalProperties: false },
)

const pages = Type.Object(
  {
    by: Type.Union([Type.Literal('cursor'), Type.Literal('page'), Type.Literal('link')], {
      description:
        'cursor: each answer names the next. page: they are numbered. link: a header names the next',
    }),
    param: Type.Optional(Type.String(description('The name of the query parameter; not for link'))),
    next: Type.Optional(path('For cursor: what the parameter is for the next page')),
    more: Type.Optional(path('For cursor: true while there are more pages')),
    total: Type.Optional(
      path('For page: how many there are in all; without it the first empty page is the last'),
    ),
  },
  { additionalProperties: false },
)

const verbs = Type.Object(
  {
    mint: Type.Optional(
      Type.Object(
        {
          ...request,
          handle: path('The name that the vendor gives to the key'),
          value: Type.Optional(path('The value, where the vendor makes it')),
        },
        { additionalProperties: false },
      ),
    ),
    list: Type.Object(
      {
        ...request,
        items: path('All keys, such as $.data[*]'),
        name: path('In one of them: the name that we gave it'),
        handle: path('In one of them: what the vendor calls it'),
        publicKey: Type.Optional(path('In one of them: the public key, where we make a key pair')),
        where: Type.Optional(
          Type.Array(
            Type.Object({ at: path('In one of them'), is: Type.String() }, { additionalProperties: false }),
            {
              description: 'What must hold of one that is ours: a template for what stands there',
            },
          ),
        ),
        gone: Type.Optional(condition),
        disabled: Type.Optional(condition),
        pages: Type.Optional(pages),
      },
      {
        additionalProperties: false,
        description: 'Every key there is: find, list, usage and destroy look it up here',
      },
    ),
    probe: Type.Object(
      {
        how: Type.Union([Type.Literal('request'), Type.Literal('listed')], {
          default: 'request',
          description:
            'request: a request carries the value. listed: none can; accepted is what is listed and enabled',
        }),
        ...request,
        request: Type.Optional(request.request),
        accepted: Type.Optional(
          Type.Array(outcome, description('Answers that mean that the value is accepted')),
        ),
        refused: Type.Optional(
          Type.Array(
            outcome,
            description('Answers that mean that this very value is refused; any other means neither'),
          ),
        ),
        handle: Type.Optional(path('Whose value it is, where the answer says so')),
      },
      { additionalProperties: false },
    ),
    usage: Type.Optional(
      Type.Object(
        {
          lastUsedAt: path(
            'When it was last used; ISO 8601, or seconds or milliseconds since 1970; null: never',
          ),
          request: Type.Optional(request.request),
          callers: Type.Optional(
            path('All who used it, where the vendor tells them apart; lastUsedAt is in one of them then'),
          ),
          caller: Type.Optional(path('In one of them: how it calls itself, such as its user agent')),
        },
        { additionalProperties: false },
      ),
    ),
    disable: Type.Optional(change),
    enable: Type.Optional(change),
    destroy: change,
  },
  { additionalProperties: false },
)

export const vendorSchema = Type.Object(
  {
    kind: Type.String({ pattern: '^[a-z][a-z0-9-]{1,40}$', description: 'Small letters, digits and dashes' }),
    title: Type.String({ minLength: 3, maxLength: 80, description: 'What people call a key of that vendor' }),
    docs: Type.String({ pattern: '^https://', description: 'Where the vendor describes the API' }),
    provedAgainst: Type.Union([Type.Literal('contract'), Type.Literal('vendor')], {
      description: 'contract: a server written from what the vendor publishes. vendor: the real thing',
    }),
    baseUrl: Type.String(description('What every path follows; https, or http on this machine')),
    settings: Type.Record(Type.String({ pattern: '^[a-z][A-Za-z0-9]*$' }), Type.Unknown(), {
      default: {},
      description:
        'What has to be known for each credential, as properties of a JSON Schema, each with a description',
    }),
    admin: Type.Object(
      {
        secrets: Type.Record(Type.String({ pattern: '^[a-z][A-Za-z0-9]*$' }), Type.String(), {
          description: 'Settings that name an admin secret, and what that secret holds',
        }),
        headers: Type.Record(
          Type.String(),
          Type.String(),
          description('Sent with every request but the probe'),
        ),
        denied: Type.Optional(
          Type.Array(
            outcome,
            description('Answers that mean that the admin secret is refused, beside 401 and 403'),
          ),
        ),
        self: Type.Optional(
          Type.Object(
            { ...request, handle: path('The handle of the admin secret itself') },
            { additionalProperties: false },
          ),
        ),
      },
      { additionalProperties: false },
    ),
    value: Type.Union([Type.Literal('target'), Type.Literal('random'), Type.Literal('ssh-ed25519')], {
      description: 'Who makes the value: the vendor, or we: random characters, or a key pair',
    }),
    longestName: Type.Integer({
      minimum: 32,
      maximum: 1000,
      description: 'How long the name of a key may be there',
    }),
    abilities: Type.Object(
      {
        maxLive: Type.Integer({ minimum: 1, description: 'How many keys may be valid at once' }),
        usageLagMs: Type.Integer({ minimum: 0, default: 0, description: 'How late the last use is shown' }),
        propagationMs: Type.Integer({
          minimum: 0,
          default: 0,
          description: 'How long until a change is true everywhere',
        }),
      },
      { additionalProperties: false },
    ),
    errorAt: Type.Optional(path('Where an error stands, in an answer with a good status as well')),
    rateLimit: Type.Number({
      exclusiveMinimum: 0,
      default: 5,
      description: 'The requests a second that we keep to; those of a minute may come at once',
    }),
    byHand: Type.Optional(
      Type.Object(
        {
          mint: Type.Object(
            {
              steps: Type.Array(Type.String(), {
                minItems: 1,
                description: 'What a person does, step by step',
              }),
              withinMs: Type.Integer({ minimum: 60_000, description: 'How long it may take' }),
            },
            { additionalProperties: false },
          ),
        },
        { additionalProperties: false },
      ),
    ),
    verbs,
  },
  { additionalProperties: false },
)

export type Vendor = Static<typeof vendorSchema>
export type Condition = Static<typeof condition>
export type Outcome = Static<typeof outcome>
export type RequestSpec = Static<typeof bare>
export type ChangeSpec = Static<typeof change>
export type Pages = Static<typeof pages>
